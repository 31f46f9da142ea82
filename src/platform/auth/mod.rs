//! Who is calling, what they may do, and how they prove it.
//!
//! Each admission checks the token and then who it names: an epoch a person, in memory, kept true across
//! servers by what PostgreSQL tells. The memory is a lease: when its listener has not been heard of for
//! `registry::LEASE`, each admission reads the database, and is refused while that is away. Whoever takes a
//! right away waits for the lease to run out before saying so ([`Gate::settle`]), so that from the answer on
//! no server admits by what was true before.

mod access;
mod actor;
pub mod api_key;
mod caller;
mod gate;
pub mod keys;
mod network;
mod open;
pub mod passwords;
mod principal;
mod registry;
mod role;
pub mod seal;
mod store;
pub mod tokens;
mod watch;

pub use access::{Access, declared, is_public, operations, publish};
pub use actor::{Actor, Scope, Sight, Who};
pub use caller::{Caller, admitted};
pub use gate::{Admitted, Changed, Gate};
pub use network::Network;
pub use open::{AuthParts, Opening, open};
pub use principal::Principal;
pub use role::Role;
