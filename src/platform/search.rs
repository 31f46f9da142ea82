//! Search by a part of a text, in Chinese as in English.
//!
//! PostgreSQL's own parsers do not cut Chinese, and trigrams cannot serve a word of two characters. So a text
//! is indexed by lexemes of our own making ([`tokens`], kept as a `tsvector` under a GIN index): the words that a
//! segmenter finds, and grams, which alone are asked for, because a gram is there wherever its characters are,
//! while a segmenter may cut elsewhere:
//! - of letters that need no spaces (Chinese, Japanese, Korean) each single one,
//! - each pair of neighbouring letters or digits,
//! - each four neighbouring letters or digits of other scripts: pairs of digits tell too little.
//!
//! [`query`] asks for all grams of all terms, which finds every text that has the terms and some that do not. The
//! caller compares those with [`terms`] exactly: `position(term in fold(text)) > 0`, where `fold` is either
//! [`fold`] as it was stored, or `lower(normalize(text, NFKC))` in SQL. Nothing in a term is a wildcard.
//!
//! Where the rarest first page must be quick, so must the commonest: see `customers::store::search` for the
//! order in which plans are tried.

use jieba_rs::Jieba;
use std::{collections::BTreeSet, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// The longest word that is kept; grams find the parts of longer ones.
const LONGEST_WORD: usize = 32;
/// How many lexemes a text has at most: more than 20,000 characters make.
const MOST_LEXEMES: usize = 60_000;
/// How many lexemes a query asks for at most: the exact comparison does the rest.
const MOST_ASKED: usize = 32;
/// How many terms a query has at most.
const MOST_TERMS: usize = 16;
/// How long the grams of letters are that come with spaces.
const LONG_GRAM: usize = 4;

static SEGMENTER: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Reads the segmenter's dictionary, so that no request has to wait for it.
pub fn warm() {
    LazyLock::force(&SEGMENTER);
}

/// Returns the form in which texts are compared: NFKC (full-width forms become plain), lower case.
pub fn fold(text: &str) -> String {
    // letter by letter: in context a final sigma would differ from the same letter inside a word
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Returns the lexemes of `text` as the input of a `tsvector`: bind it as text, cast it with `::tsvector`.
pub fn tokens(text: &str) -> String {
    let folded = fold(text);
    let mut lexemes = BTreeSet::new();
    for run in runs(&folded) {
        lexemes.extend(words(run));
        lexemes.extend(grams(run));
    }
    let kept: Vec<String> = lexemes.into_iter().take(MOST_LEXEMES).collect();
    kept.join(" ")
}

/// Returns what `words` asks of the index, as the input of a `tsquery`; `None` where the index can not help:
/// a single letter or digit, or signs alone.
pub fn query(words: &str) -> Option<String> {
    let asked: BTreeSet<String> = terms(words).iter().flat_map(|term| asked(term)).collect();
    let quoted: Vec<String> = asked.iter().take(MOST_ASKED).map(|g| format!("'{g}'")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" & "))
}

/// Returns the terms of `words`, folded: a text matches when it has every one of them.
pub fn terms(words: &str) -> Vec<String> {
    let folded = fold(words);
    folded.split_whitespace().take(MOST_TERMS).map(str::to_owned).collect()
}

/// Returns the stretches of letters and digits, which alone are indexed.
fn runs(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty())
}

fn words(run: &str) -> impl Iterator<Item = String> {
    let dense_letters = run.chars().any(is_dense);
    let cut = if dense_letters { SEGMENTER.cut_for_search(run, false) } else { Vec::new() };
    cut.into_iter()
        .map(|token| token.word.to_owned())
        .filter(|word| (2..=LONGEST_WORD).contains(&word.chars().count()))
}

/// Returns every gram of a run: what a query may ask for.
fn grams(run: &str) -> Vec<String> {
    let letters: Vec<char> = run.chars().collect();
    let singles = letters.iter().filter(|c| is_dense(**c)).map(char::to_string);
    let pairs = letters.windows(2).map(String::from_iter);
    let long = letters.windows(LONG_GRAM).filter(|w| is_long(w)).map(String::from_iter);
    singles.chain(pairs).chain(long).collect()
}

/// Returns the fewest grams that a text with this term must have.
fn asked(term: &str) -> Vec<String> {
    runs(term).flat_map(asked_of_run).collect()
}

fn asked_of_run(run: &str) -> Vec<String> {
    let letters: Vec<char> = run.chars().collect();
    if let [single] = letters.as_slice() {
        return if is_dense(*single) { vec![run.to_owned()] } else { Vec::new() };
    }
    let mut covered = vec![false; letters.len()];
    let mut grams = Vec::new();
    for (at, gram) in letters.windows(LONG_GRAM).enumerate() {
        if is_long(gram) {
            grams.push(String::from_iter(gram));
            covered.iter_mut().skip(at).take(LONG_GRAM - 1).for_each(|c| *c = true);
        }
    }
    // `covered` marks where a pair begins that lies within a long gram
    let pairs = letters.windows(2).zip(&covered).filter(|(_, covered)| !**covered);
    grams.extend(pairs.map(|(pair, _)| String::from_iter(pair)));
    grams
}

fn is_long(gram: &[char]) -> bool {
    !gram.iter().any(|c| is_dense(*c))
}

/// Returns whether the letter belongs to a script that writes words without spaces.
fn is_dense(letter: char) -> bool {
    matches!(letter,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{31bf}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCES: &[&str] = &[
        "积分没有到账，客服说三天之内会处理，到现在还没有消息。",
        "洗衣机脱水时声音很大，维修师傅来过两次都没有修好！",
        "订单 A20260109-778 的退款￥128.50 还没收到，电话138-0013-8000。",
        "The parcel arrived broken; I'd like a refund, Mr. O'Neil said \"tomorrow\".",
        "ＷｉＦｉ连不上，路由器型号ＴＬ－７８８６，3楼B座信号弱",
        "售后服务态度很好,下次还会光顾😀谢谢",
    ];

    /// What PostgreSQL does with `tokens` and `query`.
    fn finds(text: &str, words: &str) -> bool {
        let vector = tokens(text);
        let lexemes: BTreeSet<&str> = vector.split(' ').collect();
        let asked = query(words).unwrap_or_default();
        asked.split(" & ").filter(|g| !g.is_empty()).all(|g| lexemes.contains(g.trim_matches('\'')))
    }

    #[test]
    fn every_part_of_a_sentence_finds_it() {
        for sentence in SENTENCES {
            let letters: Vec<char> = sentence.chars().collect();
            for length in 1..=12 {
                for part in letters.windows(length) {
                    let part = String::from_iter(part);
                    assert!(finds(sentence, &part), "{part} in {sentence}");
                }
            }
        }
    }

    #[test]
    fn a_word_that_is_not_there_does_not_find_the_sentence() {
        for (sentence, words) in [(0, "退款"), (1, "积分"), (2, "138001380"), (3, "refunds"), (5, "态度差")]
        {
            assert!(!finds(SENTENCES[sentence], words), "{words}");
        }
    }

    #[test]
    fn a_query_asks_for_no_more_than_it_must() {
        assert_eq!(query("积分").as_deref(), Some("'积分'"));
        assert_eq!(query("退").as_deref(), Some("'退'"));
        assert_eq!(query("洗衣机").as_deref(), Some("'洗衣' & '衣机'"));
        assert_eq!(query("  13800 ").as_deref(), Some("'1380' & '3800'"));
        assert_eq!(query("3楼abcd").as_deref(), Some("'3楼' & 'abcd' & '楼a'"));
        assert_eq!(query("a % _ ' \\ 😀"), None);
        assert_eq!(terms("Ａb　C%_"), ["ab", "c%_"]);
    }

    #[test]
    fn lexemes_need_no_quoting_and_stay_short() {
        let hostile = format!("it's \\ a:1 & b | !c <-> {} 'x' {}", "长".repeat(9000), "y".repeat(9000));
        let vector = tokens(&hostile);
        assert!(vector.chars().all(|c| c == ' ' || c.is_alphanumeric()));
        assert!(vector.split(' ').all(|lexeme| lexeme.len() <= 2046));
    }

    proptest! {
        #[test]
        fn every_part_of_any_text_finds_it(text in "\\PC{0,40}", from in 0usize..40, length in 1usize..12) {
            let part: String = text.chars().skip(from).take(length).collect();
            prop_assume!(fold(&text).contains(&fold(&part)));
            prop_assert!(finds(&text, &part));
        }
    }
}
