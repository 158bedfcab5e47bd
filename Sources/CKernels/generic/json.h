// The structure of one line, 64 bytes at a time, one bit per byte. A worked example (`.` is 0):
//
//     bytes      {"a\"b": [ 12,true]}
//     quotes     .1....1.............  unescaped only
//     inside     .11111..............  running exclusive or of the quotes: from the opening quote to before the closing one
//     operators  1......1.1...1....11  outside strings
//     spaces     ........1.1.........  outside strings
//     others     ...........11.1111..  outside strings, neither quote nor one of those
//     starts     .1.........1..1.....  opening quotes, and the first of each run of others
//     fresh      11......1111..1....1  the line's start and the byte after an operator, and on through white space
//
// A start that is not fresh is an error. What one block must know of the one before it is in `json_state`.
//
// On telemetry, most blocks lie wholly inside a string, a good part without any backslash: leaving such blocks early took
// AVX-512 from 10 to 17 GB/s together with one accumulator for all errors. Handling escapes without a branch lost
// a fifth; writing positions without asking whether there are any lost up to a tenth; prefetching lost a tenth. Going along a tree
// of the keys that were seen before, from key to key and value to value without an index, took nine tenths of the time of index and
// comparison with a template, with a fifth of the lines left to these all the same: too little for another way to be right.

#pragma once

typedef struct {
    uint64_t in_string;        // all ones inside a string
    uint64_t next_is_escaped;  // 1 or 0
    uint64_t next_is_fresh;    // 1 or 0
    uint64_t ends_in_other;    // 1 or 0
    uint64_t digits_due;       // bits 0...3: bytes of the next block that must be hexadecimal digits
    uint32_t flags;
    uint64_t errors;           // any bit of any error, where it need not be known which
} json_state;

/// Notes an error where a bit is set. A line is first gone through only for whether it has any: so many accumulators do not fit
/// into registers. One that has goes through a second time for which.
INLINE void note(json_state *state, uint64_t bits, uint32_t flag, const bool exactly) {
    if (exactly) {
        if (bits != 0) state->flags |= flag;
    } else {
        state->errors |= bits;
    }
}

/// The bytes that an active backslash precedes. In a run of backslashes every second one is active, from the first on.
///
/// - Parameter next_is_escaped: 1 or 0, from the block before and for the next one.
INLINE uint64_t escaped_bits(uint64_t backslashes, uint64_t *next_is_escaped) {
    const uint64_t even = 0x5555555555555555ull;
    // A backslash that is itself escaped by the block before does not begin a run.
    backslashes &= ~*next_is_escaped;
    uint64_t run_starts = backslashes & ~(backslashes << 1);
    // Adding 1 at the start of a run clears the run and carries to the bit behind it, which no run begins at.
    uint64_t odd_runs = backslashes & ~(backslashes + (run_starts & ~even));
    uint64_t active = backslashes & (even ^ odd_runs);
    uint64_t escaped = active << 1 | *next_is_escaped;
    *next_is_escaped = active >> 63;
    return escaped;
}

/// Checks what follows backslashes.
INLINE void check_escapes(block b, unsigned drop, uint64_t escaped, json_state *state, const bool exactly) {
    uint64_t others = escaped & ~(escapable_bits(b) >> drop);
    if (__builtin_expect((others | state->digits_due) != 0, 0)) {
        uint64_t unicode = others & equal_bits(b, splat('u')) >> drop;
        if (unicode != 0) state->flags |= TRAWL_JSON_HAS_UNICODE_ESCAPE;
        uint64_t due = unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4 | state->digits_due;
        state->digits_due = unicode >> 63 | unicode >> 62 | unicode >> 61 | unicode >> 60;
        note(state, (others & ~unicode) | (due & ~(hexadecimal_bits(b) >> drop)), TRAWL_JSON_BAD_ESCAPE, exactly);
    }
}

/// The operators of a block, of which the first `drop` bytes have been dealt with: bit 0 stands for the byte after these. `within`
/// has a bit for each byte of the line that is left; what lies behind them counts as white space, and the byte directly behind
/// them is neither escapable nor a digit.
INLINE uint64_t index_block(block b, unsigned drop, uint64_t within, json_state *state, const bool exactly) {
    uint64_t quotes = equal_bits(b, splat('"')) >> drop & within;
    uint64_t backslashes = equal_bits(b, splat('\\')) >> drop & within;
    if ((backslashes | state->next_is_escaped | state->digits_due) != 0) {
        uint64_t escaped = escaped_bits(backslashes, &state->next_is_escaped);
        check_escapes(b, drop, escaped, state, exactly);
        state->flags |= TRAWL_JSON_HAS_BACKSLASH;
        quotes &= ~escaped;
    }
    uint64_t controls = controls_bits(b) >> drop & within;
    // Long strings are most of telemetry.
    if ((quotes | ~state->in_string) == 0) {
        note(state, controls, TRAWL_JSON_CONTROL_IN_STRING, exactly);
        return 0;
    }
    uint64_t inside = prefix_xor(quotes) ^ state->in_string;
    state->in_string = (uint64_t)((int64_t)inside >> 63);
    note(state, controls & inside, TRAWL_JSON_CONTROL_IN_STRING, exactly);
    note(state, backslashes & ~inside, TRAWL_JSON_BAD_TOKEN, exactly);

    uint64_t outside = ~(inside | quotes);
    uint64_t operators = operators_bits(b) >> drop & ~controls & outside & within;
    uint64_t spaces = (spaces_bits(b) >> drop | ~within) & outside;
    uint64_t others = outside & ~operators & ~spaces;
    uint64_t starts = (quotes & inside) | (others & ~(others << 1 | state->ends_in_other));
    state->ends_in_other = others >> 63;
    uint64_t fresh = operators << 1 | state->next_is_fresh;
    state->next_is_fresh = operators >> 63;
    if (spaces != 0) {
        // Adding 1 where a run of white space begins clears the run and carries to the byte behind it.
        uint64_t sum;
        state->next_is_fresh |= __builtin_add_overflow(spaces, fresh & spaces, &sum);
        fresh |= sum ^ spaces;
        if ((spaces & within) != 0) state->flags |= TRAWL_JSON_HAS_SPACE;
    }
    note(state, starts & ~fresh, TRAWL_JSON_BAD_TOKEN, exactly);
    return operators;
}

/// The last block of a text, of which `rest` bytes, fewer than 64, are left. Says in `drop` how many others stand before them.
INLINE block load_rest(const uint8_t *text, size_t length, size_t rest, unsigned *drop) {
    // Without masked loads, padding goes through memory; the last 64 bytes of the text hold the rest of it as well.
#ifdef HAS_MASKED_LOADS
    const bool overlapping = false;
#else
    const bool overlapping = length > rest;
#endif
    *drop = overlapping ? (unsigned)(BLOCK - rest) : 0;
    return overlapping ? load_block(text + length - BLOCK) : load_padded(text + length - rest, rest, ' ');
}

/// Notes what only shows where the line ends.
INLINE void check_end(json_state *state, const bool exactly) {
    // An escape or a `\u` that the line's end cuts off has met padding, if not the end of the last block.
    note(state, state->next_is_escaped | state->digits_due, TRAWL_JSON_BAD_ESCAPE, exactly);
    note(state, state->in_string, TRAWL_JSON_UNTERMINATED, exactly);
}

INLINE size_t index_whole(const uint8_t *line, size_t length, uint32_t *positions, json_state *state, const bool exactly) {
    size_t count = 0;
    size_t whole = length & ~(size_t)(BLOCK - 1);
    // SAFETY: at most one position per byte before p is written, so 64 more stay within length + TRAWL_JSON_PADDING.
    for (size_t p = 0; p < whole; p += BLOCK) {
        uint64_t operators = index_block(load_block(line + p), 0, ~0ull, state, exactly);
        if (operators == 0) continue;
        write_positions(positions + count, operators, (uint32_t)p);
        count += (size_t)__builtin_popcountll(operators);
    }
    if (whole < length) {
        size_t rest = length - whole;
        unsigned drop;
        block b = load_rest(line, length, rest, &drop);
        uint64_t operators = index_block(b, drop, low_bits(rest), state, exactly);
        write_positions(positions + count, operators, (uint32_t)whole);
        count += (size_t)__builtin_popcountll(operators);
    }
    check_end(state, exactly);
    return count;
}

/// Goes through a line whose errors are to be told apart.
static size_t index_exactly(const uint8_t *line, size_t length, uint32_t *positions, uint32_t *flags) {
    json_state state = {.next_is_fresh = 1};
    size_t count = index_whole(line, length, positions, &state, true);
    *flags = state.flags;
    return count;
}

static size_t json_index(const uint8_t *line, size_t length, uint32_t *positions, uint32_t *flags) {
    json_state state = {.next_is_fresh = 1};
    size_t count = index_whole(line, length, positions, &state, false);
    if (__builtin_expect(state.errors != 0, 0)) return index_exactly(line, length, positions, flags);
    *flags = state.flags;
    return count;
}

static void json_index_line(const uint8_t *text, size_t length, uint32_t *positions, size_t capacity, trawl_json_line *out) {
    json_state state = {.next_is_fresh = 1};
    size_t count = 0;
    size_t p = 0;
    size_t line_length = length;
    *out = (trawl_json_line){.length = SIZE_MAX};
    // SAFETY: a block's positions are written where 64 entries are free only.
    for (; length - p >= BLOCK; p += BLOCK) {
        if (capacity - count < TRAWL_JSON_PADDING) return;
        block b = load_block(text + p);
        uint64_t operators;
        // The control bytes are wanted anyway; lines hold hardly any but the one that ends them.
        if (__builtin_expect(controls_bits(b) != 0, 0)) {
            uint64_t line_feeds = equal_bits(b, splat('\n'));
            if (line_feeds != 0) {
                size_t rest = (size_t)__builtin_ctzll(line_feeds);
                operators = index_block(b, 0, low_bits(rest), &state, false);
                write_positions(positions + count, operators, (uint32_t)p);
                count += (size_t)__builtin_popcountll(operators);
                line_length = p + rest;
                goto ended;
            }
        }
        operators = index_block(b, 0, ~0ull, &state, false);
        if (operators == 0) continue;
        write_positions(positions + count, operators, (uint32_t)p);
        count += (size_t)__builtin_popcountll(operators);
    }
    if (p < length) {
        if (capacity - count < TRAWL_JSON_PADDING) return;
        size_t rest = length - p;
        unsigned drop;
        block b = load_rest(text, length, rest, &drop);
        uint64_t line_feeds = equal_bits(b, splat('\n')) >> drop;
        if (line_feeds != 0) rest = (size_t)__builtin_ctzll(line_feeds);
        uint64_t operators = index_block(b, drop, low_bits(rest), &state, false);
        write_positions(positions + count, operators, (uint32_t)p);
        count += (size_t)__builtin_popcountll(operators);
        line_length = p + rest;
    }
ended:
    check_end(&state, false);
    // SAFETY: the second time writes what the first has written.
    if (__builtin_expect(state.errors != 0, 0)) count = index_exactly(text, line_length, positions, &state.flags);
    *out = (trawl_json_line){.length = line_length, .count = count, .flags = state.flags};
}
