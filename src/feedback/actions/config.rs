//! What every case is judged by, kept in memory: settings, service levels, routing rules, calendars.
//!
//! The database gives each state of all that a random epoch; one look at the epoch tells whether what is in
//! memory is still true. Calendar versions never change, so they are kept by their id.

use crate::{
    calendars::{self, CalendarVersionId, WorkCalendar},
    departments::{self, DepartmentId},
    feedback::store,
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
    routing,
    settings::{self, Settings},
    sla::{self, Ladder, Policy, PolicyVersionId, Rung, Terms},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, RwLock},
};
use uuid::Uuid;

/// How many epochs are kept: one for each database that this process serves, and a few that just ended.
const EPOCHS: usize = 64;
/// How many versions of calendars and of policies are kept.
const MOST_VERSIONS: usize = 1024;

type Kept<K, V> = LazyLock<RwLock<HashMap<K, Arc<V>>>>;
static CONFIGS: Kept<Uuid, Config> = LazyLock::new(Default::default);
static VERSIONS: Kept<CalendarVersionId, WorkCalendar> = LazyLock::new(Default::default);
static TERMS: Kept<Uuid, Terms> = LazyLock::new(Default::default);

/// What every case is judged by.
#[derive(Debug)]
pub struct Config {
    /// The organisation's settings.
    pub settings: Settings,
    /// Its service levels.
    pub policies: Vec<Policy>,
    /// When somebody is warned and who is called.
    pub ladder: Ladder,
    /// Which department takes which feedback.
    pub routing: routing::Table,
    /// The calendars of the departments that have their own.
    calendars: BTreeMap<DepartmentId, CalendarVersionId>,
    /// The organisation's calendar.
    calendar: CalendarVersionId,
}

impl Config {
    /// Returns what holds now.
    pub fn current(tx: &mut Tx) -> Result<Arc<Self>> {
        let epoch = store::epoch(tx)?;
        Self::of(tx, epoch)
    }

    /// Returns what holds in `epoch`, which was just read in the same transaction.
    pub fn of(tx: &mut Tx, epoch: Uuid) -> Result<Arc<Self>> {
        if let Some(known) = kept(&CONFIGS, &epoch) {
            return Ok(known);
        }
        // a change that slips in between is kept under an epoch that is over, and so is never asked for again
        let config = Arc::new(Self::load(tx)?);
        keep(&CONFIGS, epoch, config.clone(), EPOCHS);
        Ok(config)
    }

    /// Returns the newest version of the department's calendar, else of the organisation's.
    pub fn calendar_of(&self, department: Option<DepartmentId>) -> CalendarVersionId {
        department.and_then(|id| self.calendars.get(&id).copied()).unwrap_or(self.calendar)
    }

    fn load(tx: &mut Tx) -> Result<Self> {
        let settings = settings::current(tx)?;
        Ok(Self {
            policies: sla::active_policies(tx)?,
            ladder: ladder(&settings.warn_at_percent, &settings),
            routing: routing::Table::load(tx)?,
            calendars: departments::own_calendars(tx)?.into_iter().collect(),
            calendar: departments::calendar_of(tx, None)?,
            settings,
        })
    }
}

/// Returns these versions; only those that are not in memory are read.
pub fn versions(
    tx: &mut Tx,
    ids: &[CalendarVersionId],
) -> Result<BTreeMap<CalendarVersionId, Arc<WorkCalendar>>> {
    let mut found: BTreeMap<_, _> = ids.iter().filter_map(|id| Some((*id, kept(&VERSIONS, id)?))).collect();
    let missing: Vec<CalendarVersionId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    if !missing.is_empty() {
        for (id, calendar) in calendars::load_versions(tx, &missing)? {
            let calendar = Arc::new(calendar);
            keep(&VERSIONS, id, calendar.clone(), MOST_VERSIONS);
            found.insert(id, calendar);
        }
    }
    if ids.iter().all(|id| found.contains_key(id)) {
        Ok(found)
    } else {
        Err(Error::internal("a calendar version is missing"))
    }
}

/// Returns what a version of a policy promises.
pub fn terms(tx: &mut Tx, version: Uuid) -> Result<Arc<Terms>> {
    if let Some(known) = kept(&TERMS, &version) {
        return Ok(known);
    }
    let terms = Arc::new(sla::load_terms(tx, PolicyVersionId(version))?);
    keep(&TERMS, version, terms.clone(), MOST_VERSIONS);
    Ok(terms)
}

fn kept<K: std::hash::Hash + Eq, V>(map: &Kept<K, V>, key: &K) -> Option<Arc<V>> {
    map.read().unwrap_or_else(|e| e.into_inner()).get(key).cloned()
}

fn keep<K: std::hash::Hash + Eq, V>(map: &Kept<K, V>, key: K, value: Arc<V>, most: usize) {
    let mut map = map.write().unwrap_or_else(|e| e.into_inner());
    if map.len() >= most {
        map.clear();
    }
    map.insert(key, value);
}

/// Returns the ladder with these warnings and the levels of the settings; the default one where it cannot be
/// climbed.
pub fn ladder(warnings: &[i32], settings: &Settings) -> Ladder {
    let percent = |p: &i32| u32::try_from(*p).ok();
    let warnings = warnings.iter().filter_map(percent).map(|percent| Rung { percent, level: None });
    let levels = settings.ladder_percent.iter().filter_map(percent).zip(1u8..);
    let levels = levels.map(|(percent, level)| Rung { percent, level: Some(level) });
    Ladder::new(warnings.chain(levels).collect()).unwrap_or_default()
}
