//! What is true of every text and every tree.

use super::*;
#[test]
fn book_format() {
    println!("{}", crate::syntax::format(FileId(0), BOOK).unwrap());
    let messy = "segment a:   # head\n  b # of b\n  and # after and\n  c.d in { x, # x!\n y } or (e and\n# inner\n f) no older than 5 minutes # end\n\n\n   # tail\n# lead\n\nbanner b:\n\n\n # before\n  audience # kw\n   f.e # mid\n  == g and aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa and not ( bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb or cccccccccccccccccccccccccccccccccc or f.g in {1,2})  # last\n  owner \"x\" # own\n# fin";
    println!("{}", crate::syntax::format(FileId(0), messy).unwrap());
    for item in items(BOOK) { println!("{item}"); }
}
