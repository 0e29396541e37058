//! Tells cargo that what is inside the binary depends on the content folders and templates: `include_dir!` alone notices changed
//! files, not new ones.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=templates");
    for shelf in ["coding", "written", "interviews"] {
        println!("cargo::rerun-if-changed=../../exercises/{shelf}");
    }
}
