//! Prints how the claims of every loss are known, and how many are proven and how many sampled.

use dartboard_losses::Loss;

fn main() {
    let (mut proven, mut sampled) = (0, 0);
    for loss in Loss::all() {
        println!("{}", loss.spec());
        for evidence in dartboard_reference::evidence::of(&loss) {
            let is_proven = evidence.how.starts_with("proven");
            *if is_proven { &mut proven } else { &mut sampled } += 1;
            println!("    {} ({}): {}", evidence.claim, evidence.statement, evidence.how);
        }
    }
    println!("{proven} claims proven, {sampled} sampled");
}
