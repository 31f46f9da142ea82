use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

const ZONES: [&str; 6] = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
];

/// Any calendar with up to three intervals a day, and some dated days.
fn calendars() -> impl Strategy<Value = WorkCalendar> {
    let cuts = proptest::collection::btree_set(0u32..=1440, 2..=6);
    let day = cuts.prop_map(|cuts| {
        let cuts: Vec<_> =
            cuts.into_iter().map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60)).collect();
        cuts.chunks_exact(2).map(|pair| Interval::parse(&pair[0], &pair[1]).unwrap()).collect::<Vec<_>>()
    });
    let exceptions = proptest::collection::btree_map(0i64..40, any::<bool>(), 0..6);
    (0..ZONES.len(), day.clone(), day, exceptions).prop_map(|(zone, week, saturday, exceptions)| {
        let week = Week { sat: saturday, ..Week::five_days(&week) };
        let dated = exceptions.into_iter().map(|(day, holiday)| {
            let kind = if holiday { ExceptionKind::Holiday } else { ExceptionKind::MakeUpDay };
            (date("2026-03-20") + TimeDelta::days(day), exception(kind))
        });
        WorkCalendar::new(ZONES[zone], week, 480).unwrap().with_exceptions(dated).unwrap()
    })
}

/// Any millisecond of 40 days over the spring, where all the zones that change do.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0i64..40 * 86_400_000).prop_map(|millis| at("2026-03-20T00:00:00Z") + TimeDelta::milliseconds(millis))
}

proptest! {
    #[test]
    fn work_adds_up_over_splits(calendar in calendars(), mut three in [instants(), instants(), instants()]) {
        three.sort();
        let [a, b, c] = three;
        let parts = calendar.millis_between(a, b) + calendar.millis_between(b, c);
        prop_assert_eq!(parts, calendar.millis_between(a, c));
    }

    #[test]
    fn adding_is_the_inverse_of_measuring(calendar in calendars(), from in instants(), amount in 1i64..400_000_000) {
        let due = calendar.add_working(from, amount).unwrap();
        prop_assert_eq!(calendar.millis_between(from, due), amount);
        // The millisecond before it was worked, so it is never due in closed time save at a closing instant.
        prop_assert_eq!(calendar.millis_between(due - TimeDelta::milliseconds(1), due), 1);
    }

    #[test]
    fn a_later_start_is_never_due_earlier(
        calendar in calendars(), a in instants(), b in instants(), amount in 0i64..200_000_000,
    ) {
        let (early, late) = (a.min(b), a.max(b));
        prop_assert!(calendar.add_working(early, amount) <= calendar.add_working(late, amount));
        prop_assert!(calendar.add_working(early, amount) <= calendar.add_working(early, amount + 1));
    }

    #[test]
    fn pieces_cover_and_count(calendar in calendars(), a in instants(), b in instants()) {
        let (from, to) = (a.min(b), a.max(b));
        let pieces = calendar.pieces(from, to);
        let length = |piece: &Piece| (piece.to - piece.from).num_milliseconds();
        prop_assert_eq!(pieces.iter().map(length).sum::<i64>(), (to - from).num_milliseconds());
        let worked = pieces.iter().filter(|piece| piece.kind.counts()).map(length).sum::<i64>();
        prop_assert_eq!(worked, calendar.millis_between(from, to));
    }

    #[test]
    fn days_partition_the_work(calendar in calendars()) {
        let (first, last) = (date("2026-03-20"), date("2026-04-20"));
        let days = first.iter_days().take_while(|day| *day < last);
        let by_day: i64 = days
            .flat_map(|day| calendar.working_intervals_utc(day))
            .map(|(open, close)| (close - open).num_milliseconds())
            .sum();
        let midnight = |day: NaiveDate| {
            let local = day.and_hms_opt(0, 0, 0).unwrap().and_local_timezone(calendar.zone());
            local.earliest().unwrap().with_timezone(&Utc)
        };
        prop_assert_eq!(by_day, calendar.millis_between(midnight(first), midnight(last)));
    }
}
