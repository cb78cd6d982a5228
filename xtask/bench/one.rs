//! Names one model.

fn main() {
    std::hint::black_box(&portolan_labs::@MODEL@);
}
