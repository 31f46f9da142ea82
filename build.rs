//! Builds again when a migration is added: the folder is embedded into the binary.
fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
