use chrono::NaiveDate;
use thiserror::Error;

/// Says why a calendar is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Refuses a name that the zone database does not hold.
    #[error("time zone {0} is not known")]
    UnknownTimeZone(String),
    /// Refuses a text that is not `HH:MM`; only an end may be 24:00.
    #[error("{0} is not a time of day such as 09:00")]
    InvalidTimeOfDay(String),
    /// Refuses an interval that ends at or before its start.
    #[error("interval {0}-{1} does not end after its start")]
    IntervalNotPositive(String, String),
    /// Refuses two intervals of one day that share a minute.
    #[error("interval {0}-{1} overlaps the one before")]
    IntervalsOverlap(String, String),
    /// Refuses a day with more than 24 intervals.
    #[error("a day holds at most 24 intervals")]
    TooManyIntervals,
    /// Refuses a week in which nobody ever works.
    #[error("the week has no working time")]
    NoWorkingTime,
    /// Refuses a standard day that is empty or longer than a day.
    #[error("standard_day_minutes is 1 to 1440")]
    InvalidStandardDay,
    /// Refuses working hours on a holiday.
    #[error("the holiday {0} cannot have intervals; a shorter day is a make-up day")]
    HolidayWithIntervals(NaiveDate),
    /// Refuses a make-up day whose list of intervals is empty.
    #[error("the make-up day {0} has no intervals")]
    EmptyMakeUpDay(NaiveDate),
}

impl Refusal {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::UnknownTimeZone(_) => "unknown_time_zone",
            Refusal::InvalidTimeOfDay(_) => "invalid_time_of_day",
            Refusal::IntervalNotPositive(..) => "interval_not_positive",
            Refusal::IntervalsOverlap(..) => "intervals_overlap",
            Refusal::TooManyIntervals => "too_many_intervals",
            Refusal::NoWorkingTime => "no_working_time",
            Refusal::InvalidStandardDay => "invalid_standard_day_minutes",
            Refusal::HolidayWithIntervals(_) => "holiday_with_intervals",
            Refusal::EmptyMakeUpDay(_) => "make_up_day_without_intervals",
        }
    }

    /// Returns the sentence in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Refusal::UnknownTimeZone(zone) => format!("未知时区 {zone}"),
            Refusal::InvalidTimeOfDay(text) => format!("{text} 不是形如 09:00 的时刻"),
            Refusal::IntervalNotPositive(start, end) => format!("时段 {start}-{end} 的结束不晚于开始"),
            Refusal::IntervalsOverlap(start, end) => format!("时段 {start}-{end} 与前一时段重叠"),
            Refusal::TooManyIntervals => "一天最多 24 个时段".into(),
            Refusal::NoWorkingTime => "一周内没有工作时间".into(),
            Refusal::InvalidStandardDay => "standard_day_minutes 须为 1 至 1440".into(),
            Refusal::HolidayWithIntervals(date) => {
                format!("节假日 {date} 不能有时段；缩短的工作日是调休上班日")
            }
            Refusal::EmptyMakeUpDay(date) => format!("调休上班日 {date} 没有时段"),
        }
    }
}
