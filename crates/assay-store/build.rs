//! A new migration has no Rust file that changes with it: tell cargo to look.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
