//! The innermost loops of a function: cycles of its control flow graph that contain no other.
//!
//! A range of addresses would not do: the compiler moves rare blocks of a loop out of it, and others into it. A block
//! that only leads to a panic is in no loop, because nothing leads back from it.

use std::collections::{BTreeMap, BTreeSet};

use super::disassembly::Instruction;

/// Instructions that run one after the other, by index, and where control goes behind them.
struct Block {
    start: usize,
    end: usize,
    next: Vec<usize>,
}

/// The innermost loops of a function, each as the indices of its instructions.
///
/// `ends` tells which instructions do not return: calls of panics.
pub(crate) fn innermost(code: &[Instruction<'_>], ends: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let blocks = blocks(code, ends);
    let mut loops = Vec::new();
    // Blocks that lead to each other are a loop. Without the ways back to where it is entered, the loops inside are left.
    let mut open = cycles(&blocks, &(0..blocks.len()).collect(), None);
    while let Some((entry, body)) = open.pop() {
        let inside = cycles(&blocks, &body, Some(entry));
        if inside.is_empty() {
            loops.push(body.iter().flat_map(|&block| blocks[block].start..blocks[block].end).collect());
        }
        open.extend(inside);
    }
    loops.sort_unstable();
    loops
}

/// The largest sets of blocks in `within` that all lead to each other, each with the block that is reached first, where no
/// way leads to `entry` (S. R. Kosaraju's algorithm).
fn cycles(blocks: &[Block], within: &BTreeSet<usize>, entry: Option<usize>) -> Vec<(usize, BTreeSet<usize>)> {
    let next =
        |block: usize| blocks[block].next.iter().copied().filter(|next| within.contains(next) && Some(*next) != entry);
    let mut before: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &block in within {
        next(block).for_each(|next| before.entry(next).or_default().push(block));
    }
    let starts = entry.into_iter().chain(within.iter().copied());
    let mut left = within.clone();
    let mut found = Vec::new();
    for first in postorder(starts, next).into_iter().rev() {
        let mut open = vec![first];
        let mut body = BTreeSet::new();
        while let Some(block) = open.pop() {
            if left.remove(&block) {
                body.insert(block);
                open.extend(before.get(&block).into_iter().flatten());
            }
        }
        if body.len() > 1 || body.contains(&first) && next(first).any(|next| next == first) {
            found.push((first, body));
        }
    }
    found
}

/// The blocks, each behind those that it leads to, but for loops.
fn postorder<I: Iterator<Item = usize>>(starts: impl Iterator<Item = usize>, next: impl Fn(usize) -> I) -> Vec<usize> {
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for start in starts {
        if !seen.insert(start) {
            continue;
        }
        let mut path = vec![(start, next(start))];
        while let Some((block, rest)) = path.last_mut() {
            match rest.next() {
                Some(after) if seen.insert(after) => path.push((after, next(after))),
                Some(_) => {}
                None => {
                    order.push(*block);
                    path.pop();
                }
            }
        }
    }
    order
}

fn blocks(code: &[Instruction<'_>], ends: impl Fn(usize) -> bool) -> Vec<Block> {
    let places: BTreeMap<u64, usize> = code.iter().enumerate().map(|(index, one)| (one.address, index)).collect();
    let mut starts = BTreeSet::from([0]);
    for (index, instruction) in code.iter().enumerate() {
        if instruction.mnemonic.starts_with('j') || instruction.mnemonic.starts_with("ret") || ends(index) {
            starts.insert(index + 1);
        }
        starts.extend(instruction.jump_target().and_then(|address| places.get(&address)));
    }
    starts.retain(|&start| start < code.len());
    let starts: Vec<usize> = starts.into_iter().collect();
    let block_at: BTreeMap<usize, usize> = starts.iter().enumerate().map(|(block, &start)| (start, block)).collect();
    starts
        .iter()
        .enumerate()
        .map(|(block, &start)| {
            let end = starts.get(block + 1).copied().unwrap_or(code.len());
            let last = &code[end - 1];
            let target = last.jump_target().and_then(|address| places.get(&address)).map(|index| block_at[index]);
            let falls_through = !matches!(last.mnemonic, "jmp" | "ret" | "retq" | "ud2") && !ends(end - 1);
            let behind = (falls_through && end < code.len()).then_some(block + 1);
            Block { start, end, next: target.into_iter().chain(behind).collect() }
        })
        .collect()
}
