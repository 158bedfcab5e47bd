#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The loops that need vector instructions, whole, behind one table of functions per instruction set.
///
/// No function here reads a byte outside the range that it is given, so a range may end at the last byte of the last mapped
/// page. No function allocates, locks or keeps state: they may be called from any thread. A pointer to an empty range may be
/// null. Every table gives the same results as the scalar one, bit for bit.

#pragma clang assume_nonnull begin

// MARK: Scanning chunks

/// Two bytes at a fixed distance that a literal cannot occur without.
///
/// It matches at p when `(b[p] | first_fold) == first` and `(b[p + distance] | second_fold) == second`. A fold of 0x20 makes an
/// ASCII letter (given in lower case) match in both cases; it must be 0 for any other byte. Distance 0 with twice the same byte
/// searches a single byte.
typedef struct {
    uint8_t first;
    uint8_t first_fold;
    uint8_t second;
    uint8_t second_fold;
    uint16_t distance;
} trawl_pair;

/// Bytes of a word that word sets search.
#define TRAWL_WORD_LENGTH 3

/// The most sets of words that one scan searches.
#define TRAWL_WORD_SETS 8

/// Sets of short words, as classes of bytes: in each set one class for each byte of a word. A set matches at p where each of
/// `b[p]`, `b[p + 1]`, ... is of its class; so it matches more than its words, the more so the less alike they are.
///
/// Bit k of `lower[i][x]` and of `upper[i][y]` says that byte i of set k's words may have x as its lower and y as its upper half.
/// No byte from 0x80 on may be in a class.
typedef struct {
    uint8_t lower[TRAWL_WORD_LENGTH][16];
    uint8_t upper[TRAWL_WORD_LENGTH][16];
} trawl_word_sets;

typedef struct {
    /// Line feeds in `[start, consumed)`.
    uint64_t newlines;
    /// Where to go on: `length` when all was scanned.
    size_t consumed;
    /// Entries written to `candidates`.
    size_t candidate_count;
    /// Entries written to `suspects`.
    size_t suspect_count;
} trawl_scan_result;

/// The most pairs that one scan searches.
#define TRAWL_SCAN_PAIRS 12

/// Bytes that a scan treats as one unit, and the room that it wants in an output array before it writes a unit's results.
#define TRAWL_SCAN_BLOCK 64

// MARK: The structure of a line

/// A byte below 0x20 inside a string.
#define TRAWL_JSON_CONTROL_IN_STRING 0x01u
/// The line ends inside a string.
#define TRAWL_JSON_UNTERMINATED 0x02u
/// A backslash that none of `" \ / b f n r t u` follows, or a `\u` that four hexadecimal digits do not follow.
#define TRAWL_JSON_BAD_ESCAPE 0x04u
/// A token that does not directly follow an operator or the line's start, apart from white space; or a backslash outside strings.
#define TRAWL_JSON_BAD_TOKEN 0x08u
/// Any of the four errors.
#define TRAWL_JSON_ERRORS 0x0fu
/// There is a backslash.
#define TRAWL_JSON_HAS_BACKSLASH 0x10u
/// There is a `\u` escape.
#define TRAWL_JSON_HAS_UNICODE_ESCAPE 0x20u
/// There is white space outside strings.
#define TRAWL_JSON_HAS_SPACE 0x40u

/// Entries that `json_index`, and bytes that `json_unescape`, may touch beyond one per byte of the text.
#define TRAWL_JSON_PADDING 64

/// What `json_index_line` has found.
typedef struct {
    /// The line's length without its line feed; SIZE_MAX where it gave up.
    size_t length;
    /// Positions written.
    size_t count;
    uint32_t flags;
} trawl_json_line;

// MARK: The table

typedef struct {
    /// "scalar", "sse2", "avx2", "avx512bw", "avx512" or "neon".
    const char *name;

    /// The number of line feeds.
    uint64_t (*count_newlines)(const uint8_t *_Nullable base, size_t length);

    /// Scans `[start, length)` of a chunk of less than 4 GiB once for three things:
    ///
    /// * how many line feeds there are;
    /// * candidates: every position p, ascending and each once, at which some pair matches with both bytes before `length`;
    /// * suspects: every line feed, ascending, unless the byte before it is `}` and the byte after it is `{` or it is the
    ///   chunk's last byte. Around all the others an event ends and the next begins; at a suspect the caller must look for
    ///   itself (blank lines, carriage returns, lines that are no objects). What lies before the first byte of the
    ///   chunk counts as no `}`; the bytes before `start` count as what they are.
    ///
    /// It works in blocks of TRAWL_SCAN_BLOCK bytes that begin at `start`, and stops at a block's beginning, with `consumed`
    /// less than `length`, when the block has a candidate (or suspect) and fewer than TRAWL_SCAN_BLOCK entries are free in that
    /// array. Calling again with `start = consumed` goes on seamlessly. So an array with a capacity of at least
    /// TRAWL_SCAN_BLOCK always gets on; entries beyond the count may be overwritten, within the capacity. Without pairs
    /// there are no candidates and the array may be null.
    ///
    /// - Parameter pairs: whose first bytes do not match a line feed.
    /// - Parameter pair_count: 0 to TRAWL_SCAN_PAIRS; pairs beyond are ignored. Up to three have loops of their own.
    void (*scan)(const uint8_t *_Nullable base, size_t length, size_t start,
                 const trawl_pair *_Nullable pairs, size_t pair_count,
                 uint32_t *_Nullable candidates, size_t candidate_capacity,
                 uint32_t *_Nullable suspects, size_t suspect_capacity,
                 trawl_scan_result *out);

    /// Like `scan`, where a candidate is a position at which some set of words matches with all bytes before `length`. No
    /// word begins with a line feed. Null where there is no vector loop for it, which a scan by pairs is faster than.
    void (*_Nullable scan_words)(const uint8_t *_Nullable base, size_t length, size_t start, const trawl_word_sets *sets,
                                 uint32_t *_Nullable candidates, size_t candidate_capacity,
                                 uint32_t *_Nullable suspects, size_t suspect_capacity,
                                 trawl_scan_result *out);

    /// The structure of one line of JSON: ascending positions of the bytes `{ } [ ] : ,` outside strings, which are called
    /// operators, and nothing else. Returns how many there are. `positions` has room for `length + TRAWL_JSON_PADDING` entries;
    /// `length` is less than 4 GiB. The line feed that ends the line may be part of it or not (it is white space).
    ///
    /// A string begins at a quote and ends at the next quote that no odd run of backslashes precedes. White space is space,
    /// tab, carriage return and line feed outside strings. A token is a string, or a longest run of bytes outside strings that
    /// are neither operator nor white space nor an unescaped quote.
    ///
    /// When `flags` has none of TRAWL_JSON_ERRORS, the caller may rely on this: between two consecutive operators, before the
    /// first and after the last, there is at most one token, with only white space (or nothing) on both sides of it. It is a
    /// string exactly if its first byte is a quote; then its last byte is the closing quote, every escape in it is well formed
    /// and no byte in it is below 0x20. Without TRAWL_JSON_HAS_SPACE the token fills the gap. Without
    /// TRAWL_JSON_HAS_BACKSLASH a string's bytes are its value. What is not checked: the order of operators and tokens
    /// (`[,}` passes), numbers and literals (a token `nul\x01` passes), UTF-8, pairs of surrogates.
    ///
    /// With an error, positions and the other flags still have the meaning given for each: a backslash takes the next
    /// byte's meaning as a quote, inside strings and outside.
    size_t (*json_index)(const uint8_t *_Nullable line, size_t length, uint32_t *positions, uint32_t *flags);

    /// The structure of the first line of a text of less than 4 GiB: what `json_index` gives for the bytes before the first line
    /// feed (or for all, where there is none), found in the same pass as the line feed.
    ///
    /// It may give up where `capacity`, the room in `positions`, is less than the line's length + TRAWL_JSON_PADDING; what
    /// `positions` then holds is unspecified.
    void (*json_index_line)(const uint8_t *_Nullable text, size_t length, uint32_t *positions, size_t capacity,
                            trawl_json_line *out);

    /// Writes the text of a string's inside to `out`, which has room for `length + TRAWL_JSON_PADDING` bytes and does not overlap
    /// it, and returns how many bytes that is, never more than were taken; what is beyond them is unspecified. It stops before
    /// the first `\u` escape: `consumed` says how many bytes of the text it has taken, `length` where there is none.
    ///
    /// A backslash makes b, f, n, r, t a control byte and leaves out itself before any other; one that nothing follows stays.
    size_t (*json_unescape)(const uint8_t *_Nullable text, size_t length, uint8_t *out, size_t *consumed);

    /// The first position at which the needle occurs, byte for byte, or SIZE_MAX. An empty needle occurs at 0. Meant for values
    /// of up to some thousand bytes.
    size_t (*find)(const uint8_t *_Nullable haystack, size_t haystack_length,
                   const uint8_t *_Nullable needle, size_t needle_length);

    /// Like `find`, where a byte b of the haystack equals byte i of the needle if `(b | fold[i]) == folded_needle[i]`: the needle
    /// has its ASCII letters in lower case, and `fold` (of the same length) has 0x20 under each letter and 0 elsewhere. No other
    /// byte is folded.
    size_t (*find_caseless)(const uint8_t *_Nullable haystack, size_t haystack_length,
                            const uint8_t *_Nullable folded_needle, const uint8_t *_Nullable fold, size_t needle_length);
} trawl_kernels;

/// The table in force: the one selected, else the one that the environment variable TRAWL_KERNELS names, if this CPU can run it
/// (any other value of it is ignored), else the fastest that this CPU can run. Cheap, but meant to be asked once per worker.
const trawl_kernels *trawl_kernels_get(void);

/// The table with that name, or null where there is none or the CPU (or the operating system) lacks what it needs.
const trawl_kernels *_Nullable trawl_kernels_named(const char *name);

/// Makes the named table the one in force for the whole process. Returns false, and changes nothing, where `trawl_kernels_named`
/// returns null. Work that already fetched a table goes on with that.
bool trawl_kernels_select(const char *name);

#pragma clang assume_nonnull end
