use super::{BLOCK, append};

#[test]
fn a_reply_in_single_bytes_takes_no_more_room_than_one_in_large_pieces() {
    let check = |piece: usize, pieces: usize| {
        let mut blocks = vec![Vec::with_capacity(BLOCK)];
        let mut whole = Vec::new();
        for number in 0..pieces {
            let chunk = vec![u8::try_from(number % 251).unwrap(); piece];
            append(&mut blocks, &chunk);
            whole.extend_from_slice(&chunk);
        }
        assert_eq!(blocks.concat(), whole);
        let held: usize = blocks.iter().map(Vec::capacity).sum();
        assert!(held <= 2 * whole.len() + BLOCK, "{held} bytes for {}", whole.len());
        assert!(blocks.len() <= 2 * whole.len() / BLOCK + 1, "{} blocks", blocks.len());
    };
    check(1, 100_000);
    check(BLOCK / 2 + 1, 20);
    check(BLOCK, 10);
    check(5 * BLOCK, 3);
    check(0, 5);
}
