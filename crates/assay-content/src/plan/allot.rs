//! How the minutes of an interview are dealt out to its parts.

/// What a part asks of the minutes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    /// Its minutes in the full interview; the others are measured against it.
    pub(super) weight: u32,
    /// Below this nothing can be asked.
    pub(super) floor: u32,
    /// More than this it cannot use; not below `floor`.
    pub(super) ceiling: u32,
    /// Whether it may be left out.
    pub(super) optional: bool,
    /// Whether the focus asks for it.
    pub(super) wanted: bool,
}

/// Minutes for each part, none for those left out; together at most `minutes`. Or, as the error, what the required parts
/// need at the least.
pub(super) fn allot(shares: &[Share], minutes: u32) -> Result<Vec<Option<u32>>, u32> {
    let needed: u32 = shares.iter().filter(|s| !s.optional).map(|s| s.floor).sum();
    let mut left = minutes.checked_sub(needed).ok_or(needed)?;
    let mut allotted: Vec<Option<u32>> = shares.iter().map(|s| (!s.optional).then_some(s.floor)).collect();
    let whole: u64 = shares.iter().map(|s| u64::from(s.weight)).sum();
    for (share, own) in shares.iter().zip(&mut allotted).filter(|(s, _)| s.optional) {
        let enough = u64::from(minutes) * u64::from(share.weight) >= u64::from(share.floor) * whole;
        if (enough || share.wanted) && share.floor <= left {
            left -= share.floor;
            *own = Some(share.floor);
        }
    }
    while left > 0 {
        // The part that is furthest behind its weight comes next; of equals the first.
        let behind = |i: usize| (allotted[i].unwrap_or_default() + 1, shares[i].weight);
        let next = (0..shares.len()).filter(|i| allotted[*i].is_some_and(|m| m < shares[*i].ceiling)).min_by(
            |a, b| {
                let ((a, weight_a), (b, weight_b)) = (behind(*a), behind(*b));
                (u64::from(a) * u64::from(weight_b)).cmp(&(u64::from(b) * u64::from(weight_a)))
            },
        );
        let Some(next) = next else { break };
        allotted[next] = allotted[next].map(|m| m + 1);
        left -= 1;
    }
    Ok(allotted)
}
