//! Time per row of the kernels beside the time that the memory needs: no other software involved.

fn main() {}
