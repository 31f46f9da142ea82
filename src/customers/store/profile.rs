//! A customer whole: the row, its addresses, references and tags, in one statement.

use super::sql::{Contacts, Refs, Tags};
use crate::{
    customers::domain::{CustomerId, CustomerStatus},
    departments::DepartmentId,
    platform::{
        db::{Batch, Tx},
        http::problem::{Error, Result},
    },
    schema::customer,
    staff::StaffId,
    vocabulary::{Channel, CustomerKind, Gender, LifecycleStage, RiskLevel, ValueGrade},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use serde_json::Value;
use std::collections::HashMap;

/// A customer whole.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = customer)]
#[expect(missing_docs, reason = "the columns say what they are")]
pub struct Profile {
    pub id: CustomerId,
    pub number: String,
    pub kind: CustomerKind,
    pub name: String,
    pub status: CustomerStatus,
    pub owner_id: Option<StaffId>,
    pub service_team_id: Option<DepartmentId>,
    pub preferred_channel: Option<Channel>,
    pub lifecycle_stage: LifecycleStage,
    pub value_grade: ValueGrade,
    pub birthday: Option<NaiveDate>,
    pub gender: Option<Gender>,
    pub region: Option<String>,
    pub income_band: Option<String>,
    pub industry: Option<String>,
    pub risk_level: Option<RiskLevel>,
    pub psychographics: Vec<String>,
    pub custom: Value,
    pub stub: bool,
    pub merged_into_id: Option<CustomerId>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[diesel(select_expression = Contacts {}, select_expression_type = Contacts)]
    contacts: Vec<String>,
    #[diesel(select_expression = Refs {}, select_expression_type = Refs)]
    refs: Vec<String>,
    #[diesel(select_expression = Tags {}, select_expression_type = Tags)]
    tags: Vec<String>,
}

impl Profile {
    /// Returns the addresses of a kind, the primary one first.
    pub fn addresses(&self, kind: &str) -> Vec<String> {
        let of_kind = |(k, value): (&str, &str)| (k == kind).then(|| value.to_owned());
        self.contacts.iter().filter_map(|c| c.split_once(':').and_then(of_kind)).collect()
    }

    /// Returns the external references: system and id.
    pub fn external_refs(&self) -> Vec<(String, String)> {
        let pair = |(system, id): (&str, &str)| (system.to_owned(), id.to_owned());
        self.refs.iter().filter_map(|r| r.split_once(':').map(pair)).collect()
    }

    /// Returns the names of the tags whose time is not over at `at`.
    pub fn tags_at(&self, at: DateTime<Utc>) -> Vec<String> {
        let lasting = |(end, name): (&str, &str)| {
            let over = end.parse().is_ok_and(|end: i64| end <= at.timestamp_millis());
            (!over).then(|| name.to_owned())
        };
        self.tags.iter().filter_map(|t| t.split_once(':').and_then(lasting)).collect()
    }
}

/// Returns the customer whole, also a merged or erased one.
pub fn profile(tx: &mut Tx, id: CustomerId) -> Result<Profile> {
    let query = customer::table.find(id).select(Profile::as_select());
    query.first(tx).optional()?.ok_or(Error::NotFound("customer"))
}

/// Reads the customer whole, also a merged or erased one.
pub struct Whole(pub CustomerId);

impl Batch for Whole {
    type Out = Profile;
    const NAME: &'static str = "customer";
    const READ: bool = true;

    fn run(tx: &mut Tx, jobs: &[Self]) -> Result<Vec<Result<Profile>>> {
        let ids: Vec<CustomerId> = jobs.iter().map(|job| job.0).collect();
        let query = customer::table.filter(customer::id.eq_any(ids)).select(Profile::as_select());
        let found: Vec<Profile> = query.load(tx)?;
        let found: HashMap<CustomerId, Profile> = found.into_iter().map(|one| (one.id, one)).collect();
        let of = |job: &Self| found.get(&job.0).cloned().ok_or(Error::NotFound("customer"));
        Ok(jobs.iter().map(of).collect())
    }
}

/// Returns the customers whole, newest first.
pub fn profiles(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Profile>> {
    let query = customer::table.filter(customer::id.eq_any(ids)).select(Profile::as_select());
    Ok(query.order((customer::created_at.desc(), customer::id.desc())).load(tx)?)
}
