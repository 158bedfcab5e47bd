// The text of a JSON string, 64 bytes at a time. Where bytes can be left out of a vector, a block is done at once; else what stands
// between two escapes is copied as a run.
#pragma once

/// Writes the bytes of a run, fewer than 64, and up to 63 behind it.
///
/// SAFETY: reads beyond the run only where as many as 64 bytes may be read.
INLINE void copy_run(uint8_t *out, const uint8_t *from, size_t count, size_t readable) {
    if (readable < BLOCK) {
        copy_few(out, from, count);
        return;
    }
    memcpy(out, from, 16);
    if (count > 16) memcpy(out + 16, from + 16, 48);
}

/// The text of a block of which bytes are left out. Returns how many bytes it has.
///
/// SAFETY: writes 64 bytes.
INLINE size_t unescape_block(uint8_t *out, const uint8_t *from, size_t readable, block b, uint64_t kept, uint64_t escaped) {
#ifdef HAS_COMPRESSION
    (void)from, (void)readable;
    vector text = compress(unescape_letters(b.part[0], escaped), kept);
    memcpy(out, &text, sizeof text);
    return (size_t)__builtin_popcountll(kept);
#else
    (void)b;
    size_t length = 0;
    size_t place = 0;
    // A run ends where bytes are left out: before an escape, or at the end.
    for (; escaped != 0; escaped &= escaped - 1) {
        size_t escape = (size_t)__builtin_ctzll(escaped);
        size_t run = escape > place ? escape - 1 - place : 0;
        copy_run(out + length, from + place, run, readable - place);
        length += run;
        out[length++] = trawl_unescaped(from[escape]);
        place = escape + 1;
    }
    size_t rest = (size_t)__builtin_popcountll(kept & ~low_bits(place));
    copy_run(out + length, from + place, rest, readable - place);
    return length + rest;
#endif
}

static size_t json_unescape(const uint8_t *text, size_t length, uint8_t *out, size_t *consumed) {
    size_t written = 0;
    uint64_t next_is_escaped = 0;
    for (size_t p = 0; p < length; p += BLOCK) {
        size_t rest = length - p;
        block b = rest >= BLOCK ? load_block(text + p) : load_padded(text + p, rest, 0);
        uint64_t backslashes = equal_bits(b, splat('\\'));
        uint64_t within = low_bits(rest);
        if ((backslashes | next_is_escaped) == 0) {
            // SAFETY: `out` has room for 64 bytes beyond the text.
            memcpy(out + written, &b, sizeof b);
            written += rest < BLOCK ? rest : BLOCK;
            continue;
        }
        uint64_t escaped = escaped_bits(backslashes, &next_is_escaped) & within;
        // The backslashes that make another byte of the next one; the last bit's next byte is in the next block.
        uint64_t active = escaped >> 1 | next_is_escaped << 63;
        uint64_t unicode = escaped & equal_bits(b, splat('u'));
        if (__builtin_expect(unicode != 0, 0)) {
            size_t place = (size_t)__builtin_ctzll(unicode);
            uint64_t before = low_bits(place);
            *consumed = p + place - 1;
            return written + unescape_block(out + written, text + p, rest, b, ~active & before, escaped & before);
        }
        // One that nothing follows stays.
        written += unescape_block(out + written, text + p, rest, b, ~active & within, escaped);
    }
    *consumed = length;
    if (next_is_escaped != 0) out[written++] = '\\';
    return written;
}
