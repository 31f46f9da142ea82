//! One view of each customer: who it is, how it is reached, what it is called elsewhere, what passed.
//!
//! - A phone or an e-mail is compared in its normalised form and shown as it was written.
//! - An external reference, a pair of system and id, names at most one customer.
//! - A customer that became part of another stays readable and says into which; it changes no more.
//! - A tag whose time is over is shown no more, whatever has cleaned up.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use actions::{
    Registered, create, create_imported, create_stubs, note, require_live, require_live_customer,
};
pub use api::routes;
pub use domain::{CustomerId, CustomerStatus, InteractionId, TagId, normalised_email, normalised_phone};
pub use store::{
    Customer, Interaction, Locked, NewInteraction, Profile, Root, by_contact, by_ref, by_refs, find,
    find_all, first_said, interactions, lock, lock_all, note_interaction, profile, reindex, roots,
    set_merged, shown_with, survivor, with_merged,
};
pub use wire::{CustomerIn, CustomerOut, ExternalRef, InteractionIn, InteractionOut};
