// The kernels byte by byte, as plainly as they can be written: what the others are tested against, and what runs where there are
// no vectors.

#include "tables.h"

static uint64_t count_newlines(const uint8_t *base, size_t length) {
    uint64_t count = 0;
    for (size_t i = 0; i < length; i++) count += base[i] == '\n';
    return count;
}

static bool is_candidate(const uint8_t *base, size_t length, size_t p, const trawl_pair *pairs, size_t pair_count) {
    for (size_t i = 0; i < pair_count; i++) {
        size_t q = p + pairs[i].distance;
        if (q < length && (base[p] | pairs[i].first_fold) == pairs[i].first
            && (base[q] | pairs[i].second_fold) == pairs[i].second) {
            return true;
        }
    }
    return false;
}

static bool is_suspect(const uint8_t *base, size_t length, size_t p) {
    bool closed = p > 0 && base[p - 1] == '}';
    bool opens = p + 1 == length || base[p + 1] == '{';
    return !(closed && opens);
}

/// With pairs, or without them by sets of words.
static void scan_text(const uint8_t *base, size_t length, size_t start, const trawl_pair *pairs, size_t pair_count,
                      const trawl_word_sets *sets, uint32_t *candidates, size_t candidate_capacity, uint32_t *suspects,
                      size_t suspect_capacity, trawl_scan_result *out) {
    *out = (trawl_scan_result){.consumed = start < length ? start : length};
    while (out->consumed < length) {
        size_t rest = length - out->consumed;
        size_t end = out->consumed + (rest < TRAWL_SCAN_BLOCK ? rest : TRAWL_SCAN_BLOCK);
        size_t candidate_count = out->candidate_count, suspect_count = out->suspect_count;
        uint64_t newlines = out->newlines;
        for (size_t p = out->consumed; p < end; p++) {
            bool is_found = sets != NULL ? length - p >= TRAWL_WORD_LENGTH && trawl_holds_word(base + p, sets)
                                         : is_candidate(base, length, p, pairs, pair_count);
            if (is_found) {
                if (candidate_capacity - out->candidate_count < TRAWL_SCAN_BLOCK) return;
                candidates[candidate_count++] = (uint32_t)p;
            }
            if (base[p] != '\n') continue;
            newlines++;
            if (is_suspect(base, length, p)) {
                if (suspect_capacity - out->suspect_count < TRAWL_SCAN_BLOCK) return;
                suspects[suspect_count++] = (uint32_t)p;
            }
        }
        *out = (trawl_scan_result){newlines, end, candidate_count, suspect_count};
    }
}

static void scan(const uint8_t *base, size_t length, size_t start, const trawl_pair *pairs, size_t pair_count,
                 uint32_t *candidates, size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity,
                 trawl_scan_result *out) {
    if (pair_count > TRAWL_SCAN_PAIRS) pair_count = TRAWL_SCAN_PAIRS;
    scan_text(base, length, start, pairs, pair_count, NULL, candidates, candidate_capacity, suspects, suspect_capacity, out);
}

static void scan_words(const uint8_t *base, size_t length, size_t start, const trawl_word_sets *sets, uint32_t *candidates,
                       size_t candidate_capacity, uint32_t *suspects, size_t suspect_capacity, trawl_scan_result *out) {
    scan_text(base, length, start, NULL, 0, sets, candidates, candidate_capacity, suspects, suspect_capacity, out);
}

static bool is_hexadecimal(uint8_t b) {
    return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f');
}

static size_t json_index(const uint8_t *line, size_t length, uint32_t *positions, uint32_t *flags) {
    size_t count = 0;
    uint32_t seen = 0;
    bool in_string = false;
    bool in_other_token = false;
    bool token_may_start = true;
    bool next_is_escaped = false;
    unsigned digits_due = 0;
    for (size_t i = 0; i < length; i++) {
        uint8_t b = line[i];
        bool escaped = next_is_escaped;
        next_is_escaped = false;
        if (digits_due > 0) {
            if (!is_hexadecimal(b)) seen |= TRAWL_JSON_BAD_ESCAPE;
            digits_due--;
        }
        if (escaped) {
            switch (b) {
            case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': break;
            case 'u':
                seen |= TRAWL_JSON_HAS_UNICODE_ESCAPE;
                digits_due = 4;
                break;
            default: seen |= TRAWL_JSON_BAD_ESCAPE;
            }
        }
        if (b == '\\') {
            seen |= TRAWL_JSON_HAS_BACKSLASH;
            if (!in_string) seen |= TRAWL_JSON_BAD_TOKEN;
            next_is_escaped = !escaped;
        }
        bool quote = b == '"' && !escaped;
        if (in_string) {
            in_string = !quote;
            if (b < 0x20) seen |= TRAWL_JSON_CONTROL_IN_STRING;
            continue;
        }
        bool continues = false;
        switch (b) {
        case '{': case '}': case '[': case ']': case ':': case ',':
            positions[count++] = (uint32_t)i;
            token_may_start = true;
            break;
        case ' ': case '\t': case '\r': case '\n':
            seen |= TRAWL_JSON_HAS_SPACE;
            break;
        default:
            if (!token_may_start && (quote || !in_other_token)) seen |= TRAWL_JSON_BAD_TOKEN;
            in_string = quote;
            continues = !quote;
            token_may_start = false;
        }
        in_other_token = continues;
    }
    if (in_string) seen |= TRAWL_JSON_UNTERMINATED;
    if (next_is_escaped || digits_due > 0) seen |= TRAWL_JSON_BAD_ESCAPE;
    *flags = seen;
    return count;
}

static void json_index_line(const uint8_t *text, size_t length, uint32_t *positions, size_t capacity, trawl_json_line *out) {
    *out = (trawl_json_line){.length = SIZE_MAX};
    size_t line_length = 0;
    while (line_length < length && text[line_length] != '\n') line_length++;
    if (capacity < TRAWL_JSON_PADDING || capacity - TRAWL_JSON_PADDING < line_length) return;
    out->count = json_index(text, line_length, positions, &out->flags);
    out->length = line_length;
}

static size_t json_unescape(const uint8_t *text, size_t length, uint8_t *out, size_t *consumed) {
    size_t written = 0;
    size_t p = 0;
    while (p < length) {
        bool escapes = text[p] == '\\' && length - p > 1;
        if (escapes && text[p + 1] == 'u') break;
        out[written++] = escapes ? trawl_unescaped(text[p + 1]) : text[p];
        p += escapes ? 2 : 1;
    }
    *consumed = p;
    return written;
}

static size_t find_caseless(const uint8_t *haystack, size_t haystack_length, const uint8_t *folded_needle,
                            const uint8_t *fold, size_t needle_length) {
    for (size_t p = 0; needle_length <= haystack_length && p <= haystack_length - needle_length; p++) {
        size_t i = 0;
        while (i < needle_length && (haystack[p + i] | fold[i]) == folded_needle[i]) i++;
        if (i == needle_length) return p;
    }
    return SIZE_MAX;
}

static size_t find(const uint8_t *haystack, size_t haystack_length, const uint8_t *needle, size_t needle_length) {
    for (size_t p = 0; needle_length <= haystack_length && p <= haystack_length - needle_length; p++) {
        size_t i = 0;
        while (i < needle_length && haystack[p + i] == needle[i]) i++;
        if (i == needle_length) return p;
    }
    return SIZE_MAX;
}

const trawl_kernels trawl_kernels_scalar = {
    .name = "scalar",
    .count_newlines = count_newlines,
    .scan = scan,
    .scan_words = scan_words,
    .json_index = json_index,
    .json_index_line = json_index_line,
    .json_unescape = json_unescape,
    .find = find,
    .find_caseless = find_caseless,
};
