use super::{
    PolicyId, actions,
    store::{self, PolicyRow, VersionRow},
    wire::{
        AnyPolicyVersion, SlaPolicyFilter, SlaPolicyIn, SlaPolicyOut, SlaPolicyPage, SlaPolicyPatch,
        SlaPolicyVersionOut, SlaPolicyVersionPage, SlaTestIn, SlaTestOut,
    },
};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{
        body::Nothing,
        command::{Command, DryRun},
        listing::{Listing, PageParams, Params},
        page::Page,
        path::Path,
        problem::Result,
        reply::Reply,
    },
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(test_sla)
        .service(create_sla_policy)
        .service(list_sla_policies)
        .service(get_sla_policy)
        .service(update_sla_policy)
        .service(deactivate_sla_policy)
        .service(activate_sla_policy)
        .service(list_sla_policy_versions);
}

/// Creates a policy
///
/// For admins. It promises how long the clocks of the feedback that it applies to may take. Of several that apply,
/// the one with the lowest `order` counts, then the one with most conditions, then the oldest. Refuses targets that
/// come twice (422 `duplicate_target`), last more than ten years (422 `invalid_target`) or are for a clock that
/// takes none (422 `clock_without_target`), and a name that is taken (409 `name_taken`).
#[utoipa::path(tag = "sla", request_body = SlaPolicyIn, params(DryRun),
    responses((status = 201, description = "The policy.", body = SlaPolicyOut),
        (status = 200, description = "The policy as it would be made, with `dry_run=true`.", body = SlaPolicyOut)),
    security(("bearer" = ["admin"])))]
#[post("/sla/policies")]
async fn create_sla_policy(
    caller: Caller,
    db: Data<Db>,
    query: Params<DryRun>,
    command: Command<SlaPolicyIn>,
) -> Result<Reply<SlaPolicyOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<SlaPolicyIn>| {
        actions::create(tx, actor, &command.input).and_then(SlaPolicyOut::of)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::CREATED, work).await
}

/// Lists policies
///
/// For all staff; in the order in which they are asked.
#[utoipa::path(tag = "sla", params(PageParams, SlaPolicyFilter),
    responses((status = 200, description = "A page of policies.", body = SlaPolicyPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/sla/policies")]
async fn list_sla_policies(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<SlaPolicyFilter>,
) -> Result<Json<SlaPolicyPage>> {
    let (after, rows, active) = (listing.after()?, listing.rows(), listing.filter.active);
    let found = db.read_list(move |tx| store::page(tx, active, after, rows)).await?;
    let page = listing.page(found, |row: &PolicyRow| (row.position, row.id));
    let items = page.items.into_iter().map(SlaPolicyOut::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }.into()))
}

/// Shows a policy
///
/// For all staff, with the `ETag` that a change names in `If-Match`.
#[utoipa::path(tag = "sla",
    params(("id" = PolicyId, Path, description = "The policy's id.")),
    responses((status = 200, description = "The policy.", body = SlaPolicyOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/sla/policies/{id}")]
async fn get_sla_policy(_caller: Caller, db: Data<Db>, id: Path<PolicyId>) -> Result<Reply<SlaPolicyOut>> {
    let found = db.read(move |tx| store::find(tx, *id)).await?;
    Reply::ok(&SlaPolicyOut::of(found)?)
}

/// Changes a policy
///
/// For admins. Clocks that run keep the version that they started with; new ones take the new version. Refuses
/// what creating refuses, and conditions for the last active policy that has none (409 `last_general_policy`).
#[utoipa::path(tag = "sla", request_body = SlaPolicyPatch,
    params(("id" = PolicyId, Path, description = "The policy's id."), DryRun),
    responses((status = 200, description = "The policy as it is now.", body = SlaPolicyOut)),
    security(("bearer" = ["admin"])))]
#[patch("/sla/policies/{id}")]
async fn update_sla_policy(
    caller: Caller,
    db: Data<Db>,
    id: Path<PolicyId>,
    query: Params<DryRun>,
    command: Command<SlaPolicyPatch>,
) -> Result<Reply<SlaPolicyOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<SlaPolicyPatch>| {
        actions::update(tx, actor, *id, command).and_then(SlaPolicyOut::of)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::OK, work).await
}

/// Deactivates a policy
///
/// For admins. Refuses for the last active policy without conditions (409 `last_general_policy`): some policy
/// applies to every feedback.
#[utoipa::path(tag = "sla", request_body(content = Option<Nothing>),
    params(("id" = PolicyId, Path, description = "The policy's id.")),
    responses((status = 200, description = "The policy as it is now.", body = SlaPolicyOut)),
    security(("bearer" = ["admin"])))]
#[post("/sla/policies/{id}/deactivate")]
async fn deactivate_sla_policy(
    caller: Caller,
    db: Data<Db>,
    id: Path<PolicyId>,
    command: Command<Nothing>,
) -> Result<Reply<SlaPolicyOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, false).and_then(SlaPolicyOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Activates a policy
///
/// For admins. From now on it is asked.
#[utoipa::path(tag = "sla", request_body(content = Option<Nothing>),
    params(("id" = PolicyId, Path, description = "The policy's id.")),
    responses((status = 200, description = "The policy as it is now.", body = SlaPolicyOut)),
    security(("bearer" = ["admin"])))]
#[post("/sla/policies/{id}/activate")]
async fn activate_sla_policy(
    caller: Caller,
    db: Data<Db>,
    id: Path<PolicyId>,
    command: Command<Nothing>,
) -> Result<Reply<SlaPolicyOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, true).and_then(SlaPolicyOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Lists the versions of a policy
///
/// For all staff; newest first. A version never changes.
#[utoipa::path(tag = "sla",
    params(("id" = PolicyId, Path, description = "The policy's id."), PageParams),
    responses((status = 200, description = "A page of versions.", body = SlaPolicyVersionPage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/sla/policies/{id}/versions")]
async fn list_sla_policy_versions(
    _caller: Caller,
    db: Data<Db>,
    id: Path<PolicyId>,
    listing: Listing<AnyPolicyVersion>,
) -> Result<Json<SlaPolicyVersionPage>> {
    let (before, rows) = (listing.after()?, listing.rows());
    let found = db.read_list(move |tx| store::versions(tx, *id, before, rows)).await?;
    let page = listing.page(found, |row: &VersionRow| row.number);
    let items = page.items.into_iter().map(SlaPolicyVersionOut::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }.into()))
}

/// Tells which policy applies
///
/// For all staff; changes nothing. Names the policy that would apply to such feedback, how long each clock may
/// take, and for every other active policy why it does not apply.
#[utoipa::path(tag = "sla", request_body = SlaTestIn,
    responses((status = 200, description = "The choice.", body = SlaTestOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[post("/sla/policies/test")]
async fn test_sla(caller: Caller, db: Data<Db>, command: Command<SlaTestIn>) -> Result<Reply<SlaTestOut>> {
    let work = move |tx: &mut _, _: &_, command: &Command<SlaTestIn>| actions::test(tx, &command.input);
    command.run(&db, &caller, StatusCode::OK, work).await
}
