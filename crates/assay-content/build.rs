//! Tells cargo that the catalogue inside the binary depends on the exercise folders: `include_dir!` alone notices changed
//! files, not new ones.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../exercises/coding");
}
