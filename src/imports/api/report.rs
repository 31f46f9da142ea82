//! What was wrong with which row, as JSON or as CSV.

use super::super::{
    domain::ImportId,
    store::{self, RowFault, Sight},
    wire::{ImportErrorOut, ImportErrorPage, NoFilter},
};
use crate::platform::{
    auth::Caller,
    csv,
    db::Db,
    http::{
        accept::prefers_csv,
        asked::Asked,
        language::Language,
        listing::{Listing, PageParams},
        path::Path,
        problem::{Error, Result},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Bytes, Data},
};
use futures_util::stream;
use std::borrow::Cow;

/// How many faults one piece of the CSV has.
const PIECE: i64 = 1000;

/// Lists what was wrong with rows
///
/// In the order of the file, as JSON or, if `Accept` prefers `text/csv`, as CSV: then all of them, whatever
/// `limit` and `cursor` say. Cells that a spreadsheet could take for a formula begin with an apostrophe.
#[utoipa::path(tag = "imports", params(("id" = ImportId, Path, description = "The import."), PageParams),
    responses((status = 200, content((ImportErrorPage = "application/json"), (String = "text/csv")))),
    security(("bearer" = ["admin", "service_agent", "imports:read"])))]
#[get("/imports/{id}/errors")]
pub async fn list_import_errors(
    caller: Caller,
    request: HttpRequest,
    db: Data<Db>,
    id: Path<ImportId>,
    listing: Listing<NoFilter>,
) -> Result<HttpResponse> {
    let (id, sight, language) = (*id, Sight::of(&caller), Asked::of(&request).language);
    let as_csv = prefers_csv(&request)?;
    let (after, rows) = (listing.after()?, listing.rows());
    let found = db
        .read(move |tx| {
            store::find(tx, sight, id)?;
            if as_csv { Ok(Vec::new()) } else { store::faults(tx, id, after, rows) }
        })
        .await?;
    if as_csv {
        return Ok(download(&db, id, language));
    }
    let page = listing.page(found, |fault| (fault.row_number, fault.seq));
    let page: ImportErrorPage = page.map(|fault| ImportErrorOut::of(fault, language)).into();
    Ok(HttpResponse::Ok().json(page))
}

/// Sends the faults piece by piece, so that a million of them need no more memory than a thousand.
fn download(db: &Db, id: ImportId, language: Language) -> HttpResponse {
    let head = ["row", "line", "pointer", "code", "detail"];
    let head = csv::rows([head.map(Cow::Borrowed).to_vec()]);
    let pieces = stream::unfold(Some((db.clone(), None, head)), move |state| async move {
        let (db, after, head) = state?;
        let read = db.read(move |tx| store::faults(tx, id, after, PIECE)).await;
        let found = match read {
            Ok(found) => found,
            Err(error) => return Some((Err::<Bytes, Error>(error), None)),
        };
        let last = found.last().map(|fault| (fault.row_number, fault.seq));
        let more = last.filter(|_| i64::try_from(found.len()).is_ok_and(|n| n == PIECE));
        let mut bytes = head;
        bytes.extend(csv::rows(found.iter().map(|fault| cells(fault, language))));
        Some((Ok(bytes.into()), more.map(|after| (db, Some(after), Vec::new()))))
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"errors.csv\""))
        .insert_header((header::VARY, "Accept"))
        .streaming(pieces)
}

fn cells(fault: &RowFault, language: Language) -> Vec<Cow<'_, str>> {
    let detail = match language {
        Language::En => &fault.detail_en,
        Language::Zh => &fault.detail_zh,
    };
    vec![
        fault.row_number.to_string().into(),
        fault.line.to_string().into(),
        fault.pointer.as_str().into(),
        fault.code.as_str().into(),
        detail.as_str().into(),
    ]
}
