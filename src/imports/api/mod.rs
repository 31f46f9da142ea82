//! The handlers of imports.

mod report;
mod upload;

use super::{
    actions,
    domain::ImportId,
    store::{self, Sight},
    wire::{
        ImportFilter, ImportForm, ImportOut, ImportPage, ImportQuery, ImportResultOut, ImportResultPage,
        ImportStepIn, NoFilter,
    },
};
use crate::platform::{
    auth::Caller,
    db::Db,
    http::{
        command::Command,
        listing::{Listing, PageParams, Params},
        path::Path,
        problem::Result,
        reply::Reply,
    },
};
use actix_web::{
    HttpRequest, get,
    http::StatusCode,
    post,
    web::{Data, Json, Payload},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_import)
        .service(list_imports)
        .service(get_import)
        .service(start_import)
        .service(cancel_import)
        .service(report::list_import_errors)
        .service(list_import_results);
}

/// Imports a file
///
/// Takes a form with the file and how to read it, and puts the import on the worker: the answer is the import,
/// whose `rows_done` grows while it runs. Each row is checked and stored as the create call would, whole or not
/// at all; refused rows are listed by `GET /imports/{id}/errors`. Faults of the form or of the file as a whole
/// are answered at once: `empty_file`, `invalid_encoding`, `row_too_large`, `too_many_rows`,
/// `too_many_columns`, and `unknown_field` or `unknown_column` for the mapping. An `Idempotency-Key` compares
/// the contents of the parts, whatever their boundary.
///
/// An order whose `customer_ref` nobody has makes the customer: a person of whom only the reference is known, as
/// `stub` says. An order without `external_ref` is named after its row: `import:` and the id of the import as the
/// system, the number of the row as the id.
#[utoipa::path(tag = "imports", params(ImportQuery),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 202, body = ImportOut)),
    security(("bearer" = ["admin", "service_agent", "imports:write"])))]
#[post("/imports")]
async fn create_import(
    caller: Caller,
    request: HttpRequest,
    db: Data<Db>,
    query: Params<ImportQuery>,
    payload: Payload,
) -> Result<Reply<ImportOut>> {
    let dry_run = query.0.dry_run.unwrap_or(false);
    let (upload, content) = upload::receive(&request, payload, &db, &caller, dry_run).await?;
    let id = upload.id;
    let make = |tx: &mut _, actor: &_, command: &Command<actions::Upload>| {
        actions::create(tx, actor, &command.input).map(ImportOut::from)
    };
    let reply = match Command::of(&request, upload, &content) {
        Ok(command) => command.run(&db, &caller, StatusCode::ACCEPTED, make).await,
        Err(error) => Err(error),
    };
    if reply.as_ref().map_or(true, Reply::is_replayed) {
        upload::discard(&db, id).await;
    }
    reply
}

/// Lists imports
///
/// Newest first. Service agents and administrators see all, an API key its own.
#[utoipa::path(tag = "imports", params(PageParams, ImportFilter),
    responses((status = 200, body = ImportPage)),
    security(("bearer" = ["admin", "service_agent", "imports:read"])))]
#[get("/imports")]
async fn list_imports(
    caller: Caller,
    db: Data<Db>,
    listing: Listing<ImportFilter>,
) -> Result<Json<ImportPage>> {
    let after = listing.after()?;
    let (sight, rows) = (Sight::of(&caller), listing.rows());
    let wanted = (listing.filter.kind, listing.filter.status);
    let found = db.read_list(move |tx| store::page(tx, sight, wanted, after, rows)).await?;
    let page = listing.page(found, |import| (import.created_at, import.id));
    Ok(Json(page.map(ImportOut::from).into()))
}

/// Returns an import
///
/// With how far it is. One that is not the caller's to see is not found.
#[utoipa::path(tag = "imports", params(("id" = ImportId, Path, description = "The import.")),
    responses((status = 200, body = ImportOut)),
    security(("bearer" = ["admin", "service_agent", "imports:read"])))]
#[get("/imports/{id}")]
async fn get_import(caller: Caller, db: Data<Db>, id: Path<ImportId>) -> Result<Reply<ImportOut>> {
    let sight = Sight::of(&caller);
    let import = db.read(move |tx| store::find(tx, sight, *id)).await?;
    Reply::ok(&import.into())
}

/// Starts a previewed import
///
/// What the preview found is forgotten, and the rows are stored now. Refuses with `invalid_transition` what is
/// not previewed, and a dry run.
#[utoipa::path(tag = "imports", params(("id" = ImportId, Path, description = "The import.")),
    request_body = ImportStepIn, responses((status = 200, body = ImportOut)),
    security(("bearer" = ["admin", "service_agent", "imports:write"])))]
#[post("/imports/{id}/start")]
async fn start_import(
    caller: Caller,
    db: Data<Db>,
    id: Path<ImportId>,
    command: Command<ImportStepIn>,
) -> Result<Reply<ImportOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<ImportStepIn>| {
        let import = actions::lock(tx, actor, *id)?;
        command.expected.check(import.version)?;
        actions::start(tx, actor, &import).map(ImportOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Cancels an import
///
/// It stops before its next rows; rows that are stored stay. Refuses with `invalid_transition` what has ended.
#[utoipa::path(tag = "imports", params(("id" = ImportId, Path, description = "The import.")),
    request_body = ImportStepIn, responses((status = 200, body = ImportOut)),
    security(("bearer" = ["admin", "service_agent", "imports:write"])))]
#[post("/imports/{id}/cancel")]
async fn cancel_import(
    caller: Caller,
    db: Data<Db>,
    id: Path<ImportId>,
    command: Command<ImportStepIn>,
) -> Result<Reply<ImportOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<ImportStepIn>| {
        let import = actions::lock(tx, actor, *id)?;
        command.expected.check(import.version)?;
        actions::cancel(tx, actor, &import).map(ImportOut::from)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Lists what rows became
///
/// In the order of the file: which row became which customer or feedback. Empty for a preview.
#[utoipa::path(tag = "imports", params(("id" = ImportId, Path, description = "The import."), PageParams),
    responses((status = 200, body = ImportResultPage)),
    security(("bearer" = ["admin", "service_agent", "imports:read"])))]
#[get("/imports/{id}/results")]
async fn list_import_results(
    caller: Caller,
    db: Data<Db>,
    id: Path<ImportId>,
    listing: Listing<NoFilter>,
) -> Result<Json<ImportResultPage>> {
    let after = listing.after()?;
    let (sight, rows) = (Sight::of(&caller), listing.rows());
    let found = db
        .read(move |tx| {
            store::find(tx, sight, *id)?;
            store::results(tx, *id, after, rows)
        })
        .await?;
    let page = listing.page(found, |result| result.row_number);
    Ok(Json(page.map(ImportResultOut::from).into()))
}
