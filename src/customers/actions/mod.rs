//! What is done with customers, one function a command.

mod interactions;
mod tags;

pub use interactions::note;
pub use tags::{add_tag, change_tag, create_tag, delete_tag, remove_tag};

use super::{
    domain::{CustomerId, CustomerStatus, Refusal, normalised_email, normalised_phone, normalised_tag},
    store::{self, Address, Columns, Duplicate, Locked, Profile},
    wire::{CustomFields, CustomerIn, CustomerPatch, ExternalRef, MOST_MEMBERS},
};
use crate::platform::{
    auth::Actor,
    db::Tx,
    http::{
        precondition::Expected,
        problem::{Error, FieldError, Result, Text},
    },
    ids,
    text::Code,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (en, zh) = match &refusal {
            Refusal::Merged(_) => (
                "This customer became part of another; change that one.",
                "该客户已并入其他客户，请修改对方。",
            ),
            Refusal::Erased => {
                ("The personal data of this customer were erased.", "该客户的个人信息已被抹除。")
            }
            Refusal::ExternalRefTaken => {
                ("Another customer has this external reference.", "该外部编号已属于其他客户。")
            }
            Refusal::TagNameTaken => ("Another tag has this name.", "已有同名标签。"),
            Refusal::TagInUse => ("Customers have this tag.", "仍有客户使用该标签。"),
        };
        let error = Self::conflict(refusal.code(), en, zh);
        match refusal {
            Refusal::Merged(into) => error.with("merged_into", into.to_string()),
            _ => error,
        }
    }
}

/// A customer as it was registered or changed.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The customer.
    pub profile: Profile,
    /// Who else has its addresses.
    pub duplicates: Vec<Duplicate>,
    /// Whether it is new.
    pub new: bool,
}

/// Registers a customer; refuses `external_ref_taken` and what the body has wrong.
pub fn create(tx: &mut Tx, actor: &Actor, input: &CustomerIn) -> Result<Registered> {
    let id = insert(tx, actor, &CustomerPatch::from(input), false)?;
    registered(tx, id, true)
}

/// Registers a customer that an import brings, who did not sign up; refuses what `create` refuses.
pub fn create_imported(tx: &mut Tx, actor: &Actor, input: &CustomerIn) -> Result<CustomerId> {
    insert(tx, actor, &CustomerPatch::from(input), true)
}

/// Registers the customers of references that nobody has yet; nothing else is known of them.
pub fn create_stubs(tx: &mut Tx, actor: &Actor, refs: &BTreeSet<(String, String)>) -> Result<()> {
    let wanted: Vec<_> = refs.iter().cloned().collect();
    let known = store::by_refs(tx, &wanted)?;
    let new: Vec<_> = wanted.into_iter().filter(|reference| !known.contains_key(reference)).collect();
    if new.is_empty() { Ok(()) } else { store::insert_stubs(tx, &new, actor.at) }
}

/// Changes a customer; refuses `customer_merged`, `customer_erased`, `external_ref_taken`.
pub fn change(
    tx: &mut Tx,
    actor: &Actor,
    id: CustomerId,
    expected: &Expected,
    patch: &CustomerPatch,
) -> Result<Profile> {
    let old = lock_live(tx, id, expected)?;
    apply(tx, actor, &old, patch)?;
    if let Some(refs) = &patch.external_refs {
        store::set_refs(tx, id, &pairs(refs))?;
    }
    store::profile(tx, id)
}

/// Registers the customer that the reference names, or changes it; refuses what `create` and `change` refuse.
pub fn put_by_ref(
    tx: &mut Tx,
    actor: &Actor,
    reference: &ExternalRef,
    expected: &Expected,
    input: &CustomerIn,
) -> Result<Registered> {
    let patch = CustomerPatch::from(input);
    let (system, external_id) = (&reference.system, &reference.id);
    if let Some(id) = store::by_ref(tx, system, external_id)? {
        let old = lock_live(tx, id, expected)?;
        apply(tx, actor, &old, &patch)?;
        let present = store::profile(tx, id)?.external_refs();
        let mut more = pairs(patch.external_refs.as_deref().unwrap_or_default());
        more.retain(|pair| !present.contains(pair));
        store::add_refs(tx, id, &more)?;
        return registered(tx, id, false);
    }
    if let Expected::Versions(_) = expected {
        return Err(Error::PreconditionFailed { version: 0 });
    }
    let own = (system.0.clone(), external_id.0.clone());
    let mut patch = patch;
    if let Some(refs) = &mut patch.external_refs {
        refs.retain(|other| (&other.system.0, &other.id.0) != (&own.0, &own.1));
    }
    let id = insert(tx, actor, &patch, false)?;
    // another request has registered the same reference just now: begin again, and find it
    if !store::claim_ref(tx, id, system, external_id)? {
        return Err(Error::Retry);
    }
    registered(tx, id, true)
}

/// Returns the customer for a change; refuses a merged or erased one, and a version that is not expected.
pub fn lock_live(tx: &mut Tx, id: CustomerId, expected: &Expected) -> Result<Locked> {
    let old = store::lock(tx, id)?;
    expected.check(old.version)?;
    require_live(old.status, old.merged_into_id)?;
    Ok(old)
}

/// Refuses `customer_merged` and `customer_erased`.
pub fn require_live_customer(customer: &store::Customer) -> Result<()> {
    match (customer.is_live(), customer.merged_into_id) {
        (true, _) => Ok(()),
        (false, Some(into)) => Err(Refusal::Merged(into).into()),
        (false, None) => Err(Refusal::Erased.into()),
    }
}

/// Refuses `customer_merged` and `customer_erased`.
pub fn require_live(status: CustomerStatus, merged_into: Option<CustomerId>) -> Result<()> {
    match (status, merged_into) {
        (CustomerStatus::Active, _) => Ok(()),
        (CustomerStatus::Merged, Some(into)) => Err(Refusal::Merged(into).into()),
        _ => Err(Refusal::Erased.into()),
    }
}

fn registered(tx: &mut Tx, id: CustomerId, new: bool) -> Result<Registered> {
    Ok(Registered { profile: store::profile(tx, id)?, duplicates: store::duplicates(tx, id)?, new })
}

fn insert(tx: &mut Tx, actor: &Actor, patch: &CustomerPatch, imported: bool) -> Result<CustomerId> {
    let id = CustomerId(ids::next());
    let imported = imported.then_some(true);
    let columns = Columns { imported, ..columns(patch, &CustomFields::default(), actor.at)? };
    let addresses = addresses(patch)?;
    require_distinct(patch.external_refs.as_deref().unwrap_or_default())?;
    store::insert(tx, id, &columns, actor.at)?;
    for (kind, addresses) in addresses {
        store::set_addresses(tx, id, kind, &addresses)?;
    }
    store::set_customer_tags(tx, id, &tags(patch), actor.at)?;
    store::add_refs(tx, id, &pairs(patch.external_refs.as_deref().unwrap_or_default()))?;
    store::index(tx, id)?;
    Ok(id)
}

fn apply(tx: &mut Tx, actor: &Actor, old: &Locked, patch: &CustomerPatch) -> Result<()> {
    let columns = columns(patch, &CustomFields::of(&old.custom), actor.at)?;
    let addresses = addresses(patch)?;
    require_distinct(patch.external_refs.as_deref().unwrap_or_default())?;
    store::update(tx, old.id, &columns, actor.at)?;
    let found_by = patch.name.is_some() || !addresses.is_empty();
    for (kind, addresses) in addresses {
        store::set_addresses(tx, old.id, kind, &addresses)?;
    }
    if patch.tags.is_some() {
        store::set_customer_tags(tx, old.id, &tags(patch), actor.at)?;
    }
    if found_by {
        store::index(tx, old.id)?;
    }
    Ok(())
}

fn columns(patch: &CustomerPatch, own: &CustomFields, at: DateTime<Utc>) -> Result<Columns> {
    let text = |field: &Option<Option<Code>>| field.clone().map(|value| value.map(|text| text.0));
    let custom = patch.custom.as_ref().map(|changes| own.merged(changes));
    if custom.as_ref().is_some_and(|fields| fields.0.len() > MOST_MEMBERS) {
        return Err(Error::field("/custom", "too_many", "has too many members", "成员过多"));
    }
    // somewhere on earth it is already tomorrow
    let tomorrow = at.checked_add_signed(TimeDelta::hours(14)).unwrap_or(at).date_naive();
    if patch.birthday.flatten().is_some_and(|day| day.0 > tomorrow) {
        return Err(Error::field(
            "/birthday",
            "in_the_future",
            "must not be in the future",
            "不能是未来日期",
        ));
    }
    Ok(Columns {
        kind: patch.kind,
        name: patch.name.as_ref().map(|name| name.0.clone()),
        owner_id: patch.owner_id,
        service_team_id: patch.service_team_id,
        preferred_channel: patch.preferred_channel,
        birthday: patch.birthday.map(|value| value.map(|day| day.0)),
        gender: patch.gender,
        region: text(&patch.region),
        income_band: text(&patch.income_band),
        industry: text(&patch.industry),
        risk_level: patch.risk_level,
        psychographics: patch
            .psychographics
            .as_ref()
            .map(|all| all.iter().map(|one| one.0.clone()).collect()),
        custom: custom.map(|fields| fields.0.into()),
        stub: patch.name.as_ref().map(|_| false),
        imported: None,
    })
}

/// Returns the addresses that the patch sets, by kind; refuses one that is there twice.
fn addresses(patch: &CustomerPatch) -> Result<Vec<(&'static str, Vec<Address>)>> {
    let phones = patch.phones.as_ref().map(|all| {
        let form = |phone: &str| normalised_phone(phone);
        (
            "phone",
            all.iter().map(|p| Address { kind: "phone", value: p.0.clone(), normalised: form(p) }).collect(),
        )
    });
    let emails = patch.emails.as_ref().map(|all| {
        let form = |email: &str| normalised_email(email);
        (
            "email",
            all.iter().map(|e| Address { kind: "email", value: e.0.clone(), normalised: form(e) }).collect(),
        )
    });
    let all: Vec<(&'static str, Vec<Address>)> = phones.into_iter().chain(emails).collect();
    for (kind, addresses) in &all {
        distinct(&format!("/{kind}s"), addresses.iter().map(|a| &a.normalised))?;
    }
    Ok(all)
}

fn require_distinct(refs: &[ExternalRef]) -> Result<()> {
    distinct("/external_refs", pairs(refs))
}

fn distinct<T: Ord>(pointer: &str, items: impl IntoIterator<Item = T>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (index, item) in items.into_iter().enumerate() {
        if !seen.insert(item) {
            let text = Text::new("is there twice", "重复");
            let fault = FieldError::new(format!("{pointer}/{index}"), "duplicate_item", text);
            return Err(Error::Invalid(vec![fault]));
        }
    }
    Ok(())
}

fn tags(patch: &CustomerPatch) -> Vec<String> {
    patch.tags.iter().flatten().map(|name| normalised_tag(name)).collect()
}

fn pairs(refs: &[ExternalRef]) -> Vec<(String, String)> {
    refs.iter().map(|r| (r.system.0.clone(), r.id.0.clone())).collect()
}
