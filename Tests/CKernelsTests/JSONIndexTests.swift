import CKernels
import Testing

struct JSONIndex: Equatable, CustomStringConvertible {
    var positions: [UInt32]
    var flags: UInt32
    var description: String { "operators \(positions), flags 0x\(String(flags, radix: 16))" }

    init(positions: [UInt32], flags: UInt32) {
        self.positions = positions
        self.flags = flags
    }

    init(_ table: trawl_kernels, _ line: UnsafePointer<UInt8>, _ length: Int) {
        let room = length + Int(TRAWL_JSON_PADDING)
        var found = [UInt32](repeating: .max, count: room + 1)
        var flags: UInt32 = 0
        let count = table.json_index(line, length, &found, &flags)
        #expect(found[room] == .max, "written beyond the room")
        self.init(positions: Array(found.prefix(count)), flags: flags)
    }

    /// From what the flags promise to a caller, not from how it is computed: escapes by counting backslashes, strings as
    /// spans, tokens by cutting the gaps between operators.
    static func naive(_ line: [UInt8]) -> JSONIndex {
        var flags: UInt32 = 0
        let backslash = UInt8(ascii: "\\")
        func isEscaped(_ i: Int) -> Bool { !line[..<i].reversed().prefix { $0 == backslash }.count.isMultiple(of: 2) }

        for (i, byte) in line.enumerated() where byte == backslash {
            flags |= TRAWL_JSON_HAS_BACKSLASH
            guard !isEscaped(i) else { continue }
            let next = i + 1 < line.count ? line[i + 1] : 0
            if next == UInt8(ascii: "u") {
                flags |= TRAWL_JSON_HAS_UNICODE_ESCAPE
                let digits = line[(i + 2)...].prefix(4)
                let areDigits = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }
                if digits.count < 4 || !areDigits { flags |= TRAWL_JSON_BAD_ESCAPE }
            } else if !Array("\"\\/bfnrt".utf8).contains(next) {
                flags |= TRAWL_JSON_BAD_ESCAPE
            }
        }

        var positions: [UInt32] = []
        var tokensInGap = 0
        var i = 0
        func isQuote(_ i: Int) -> Bool { line[i] == UInt8(ascii: "\"") && !isEscaped(i) }
        func isOperator(_ i: Int) -> Bool { Array("{}[]:,".utf8).contains(line[i]) }
        func isSpace(_ i: Int) -> Bool { Array(" \t\r\n".utf8).contains(line[i]) }
        while i < line.count {
            if isOperator(i) {
                positions.append(UInt32(i))
                tokensInGap = 0
                i += 1
            } else if isSpace(i) {
                flags |= TRAWL_JSON_HAS_SPACE
                i += 1
            } else if isQuote(i) {
                tokensInGap += 1
                let end = (i + 1..<line.count).first(where: isQuote)
                if end == nil { flags |= TRAWL_JSON_UNTERMINATED }
                if line[i..<(end ?? line.count)].contains(where: { $0 < 0x20 }) {
                    flags |= TRAWL_JSON_CONTROL_IN_STRING
                }
                i = (end ?? line.count) + 1
            } else {
                tokensInGap += 1
                while i < line.count, !isOperator(i), !isSpace(i), !isQuote(i) {
                    if line[i] == backslash { flags |= TRAWL_JSON_BAD_TOKEN }
                    i += 1
                }
            }
            if tokensInGap > 1 { flags |= TRAWL_JSON_BAD_TOKEN }
        }
        return JSONIndex(positions: positions, flags: flags)
    }
}

/// Writes random well-formed lines and knows where their operators are.
private struct LineWriter {
    var random: SplitMix
    var line: [UInt8] = []
    var positions: [UInt32] = []
    let spaced: Bool

    mutating func mark(_ character: Unicode.Scalar) {
        space()
        positions.append(UInt32(line.count))
        line.append(UInt8(ascii: character))
        space()
    }

    mutating func space() {
        guard spaced, random.below(3) == 0 else { return }
        line += random.bytes(random.below(random.below(20) == 0 ? 90 : 3), of: Array(" \t\r\n".utf8))
    }

    mutating func string() {
        line.append(UInt8(ascii: "\""))
        let pieces = [
            "a", "{", "}", ":", ",", " ", "\\\"", "\\\\", "\\n", "\\/", "\\b\\f\\r\\t", "\\u00e9", "\\uD83D\\uDE00",
            "é",
        ]
        for _ in 0..<random.below(random.below(6) == 0 ? 100 : 6) { line += Array(pieces[random.below(14)].utf8) }
        line.append(UInt8(ascii: "\""))
    }

    mutating func value(depth: Int) {
        switch random.below(depth > 4 ? 3 : 6) {
        case 0: line += Array("-12.5e+3".utf8)
        case 1: line += Array("null".utf8)
        case 2: string()
        case 3:
            mark("[")
            for element in 0..<random.below(4) {
                if element > 0 { mark(",") }
                value(depth: depth + 1)
            }
            mark("]")
        default:
            mark("{")
            for element in 0..<random.below(5) {
                if element > 0 { mark(",") }
                string()
                mark(":")
                value(depth: depth + 1)
            }
            mark("}")
        }
    }
}

@Suite("The structure of a line")
struct JSONIndexTests {
    @Test("Every length up to 300 gives what the definition gives, between unreadable pages", arguments: allTables)
    func everyLength(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        var random = SplitMix(4)
        for length in 0...300 {
            for alphabet in hostileAlphabets {
                let line = random.bytes(length, of: alphabet)
                let expected = JSONIndex.naive(line)
                #expect(JSONIndex(table, memory.atEnd(line), length) == expected, "\(line)")
                let offset = random.below(64)
                #expect(JSONIndex(table, memory.atStart(line, offset: offset), length) == expected, "\(line)")
            }
        }
    }

    @Test("Well-formed lines have no error and the operators that were written", arguments: allTables)
    func wellFormedLines(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        for round in 0..<300 {
            var writer = LineWriter(random: SplitMix(UInt64(round)), spaced: round.isMultiple(of: 2))
            writer.value(depth: 0)
            guard writer.line.count <= memory.capacity else { continue }
            let index = JSONIndex(table, memory.atEnd(writer.line), writer.line.count)
            #expect(index.positions == writer.positions)
            #expect(index.flags & TRAWL_JSON_ERRORS == 0)
            if !writer.spaced { #expect(index.flags & TRAWL_JSON_HAS_SPACE == 0) }
        }
    }

    private static let faults: [(line: String, flags: UInt32)] = [
        (#"{"a":"b"}"#, 0),
        (#"{"a":"}"#, TRAWL_JSON_UNTERMINATED),
        ("{\"a\":\"b\u{01}\"}", TRAWL_JSON_CONTROL_IN_STRING),
        ("{\"a\":\"b\tc\"}", TRAWL_JSON_CONTROL_IN_STRING),
        (#"{"a":"\x"}"#, TRAWL_JSON_BAD_ESCAPE | TRAWL_JSON_HAS_BACKSLASH),
        (#"{"a":"\u00e"}"#, TRAWL_JSON_BAD_ESCAPE | TRAWL_JSON_HAS_BACKSLASH | TRAWL_JSON_HAS_UNICODE_ESCAPE),
        (#"{"a":"\u00E9"}"#, TRAWL_JSON_HAS_BACKSLASH | TRAWL_JSON_HAS_UNICODE_ESCAPE),
        (#"{"a":"\\u00"}"#, TRAWL_JSON_HAS_BACKSLASH),
        (#"{"a":"\U00e9"}"#, TRAWL_JSON_BAD_ESCAPE | TRAWL_JSON_HAS_BACKSLASH),
        (#"{"a":"\""}"#, TRAWL_JSON_HAS_BACKSLASH),
        (#"{"a":"b\"#, TRAWL_JSON_UNTERMINATED | TRAWL_JSON_BAD_ESCAPE | TRAWL_JSON_HAS_BACKSLASH),
        (#"{"a" "b"}"#, TRAWL_JSON_BAD_TOKEN | TRAWL_JSON_HAS_SPACE),
        (#"{"a""b"}"#, TRAWL_JSON_BAD_TOKEN),
        (#"{"a"x}"#, TRAWL_JSON_BAD_TOKEN),
        (#"{1"a"}"#, TRAWL_JSON_BAD_TOKEN),
        (#"{1 2}"#, TRAWL_JSON_BAD_TOKEN | TRAWL_JSON_HAS_SPACE),
        (#"{\n}"#, TRAWL_JSON_BAD_TOKEN | TRAWL_JSON_HAS_BACKSLASH),
        (#"  {  "a"  :  1  }  "#, TRAWL_JSON_HAS_SPACE),
        ("\u{0c}", 0),
    ]

    @Test("Each fault raises its flag, wherever in a block it stands", arguments: faults)
    func eachFault(line: String, flags: UInt32) throws {
        for name in allTables {
            for before in 0..<130 {
                let bytes = Array("[\"".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: before) + Array("\",".utf8)
                let whole = bytes + Array(line.utf8)
                #expect(JSONIndex(try kernels(name), whole, whole.count).flags == flags, "\(name), \(before) before")
            }
        }
    }

    @Test("Operators in strings, and control bytes that resemble operators, are not reported", arguments: allTables)
    func notOperators(name: String) throws {
        let bytes = Array("{\"{}[]:,\\\"{\":\u{0c}\u{1a}}".utf8)
        #expect(JSONIndex(try kernels(name), bytes, bytes.count).positions == [0, 12, 15])
    }

    @Test("Runs of backslashes of every length across a block's boundary end where they should", arguments: allTables)
    func backslashRuns(name: String) throws {
        let table = try kernels(name)
        for run in 0...140 {
            for before in [0, 1, 2, 62, 63] {
                let bytes =
                    Array("\"".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: before)
                    + [UInt8](repeating: UInt8(ascii: "\\"), count: run) + Array("\",\",".utf8)
                #expect(JSONIndex(table, bytes, bytes.count) == JSONIndex.naive(bytes), "\(run) after \(before)")
            }
        }
    }

    @Test("Thousands of escapes in one line are checked each", arguments: allTables)
    func manyEscapes(name: String) throws {
        let table = try kernels(name)
        var bytes = Array("\"".utf8)
        for _ in 0..<3000 { bytes += Array("\\u00eF".utf8) }
        bytes += Array("\",".utf8)
        let facts = TRAWL_JSON_HAS_BACKSLASH | TRAWL_JSON_HAS_UNICODE_ESCAPE
        #expect(
            JSONIndex(table, bytes, bytes.count) == JSONIndex(positions: [UInt32(bytes.count - 1)], flags: facts))
        // Each of the four digits, in escapes all along the line.
        for place in (0..<40).map({ 3 + 6 * 73 * $0 + $0 % 4 }) {
            var damaged = bytes
            damaged[place] = UInt8(ascii: "g")
            #expect(JSONIndex(table, damaged, damaged.count).flags & TRAWL_JSON_BAD_ESCAPE != 0, "at \(place)")
        }
    }
}

@Suite("The structure of the first line of a text")
struct JSONIndexLineTests {
    private func first(_ table: trawl_kernels, _ text: UnsafePointer<UInt8>, _ length: Int, capacity: Int)
        -> (index: JSONIndex, length: Int)?
    {
        var found = [UInt32](repeating: .max, count: capacity + 1)
        var line = trawl_json_line()
        table.json_index_line(text, length, &found, capacity, &line)
        #expect(found[capacity] == .max, "written beyond the room")
        if line.length == Int(bitPattern: UInt.max) { return nil }
        return (JSONIndex(positions: Array(found.prefix(line.count)), flags: line.flags), line.length)
    }

    @Test("It is that of the bytes before the line feed, wherever that stands", arguments: allTables)
    func everyLength(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        var random = SplitMix(5)
        for length in 0...200 {
            for alphabet in hostileAlphabets {
                var text = random.bytes(length, of: alphabet)
                // None, one anywhere, or one behind each block and before it.
                if length > 0, random.below(4) > 0 { text[random.below(length)] = 0x0A }
                let line = Array(text.prefix { $0 != 0x0A })
                let expected = JSONIndex.naive(line)
                let capacity = length + Int(TRAWL_JSON_PADDING)
                let atEnd = try #require(first(table, memory.atEnd(text), length, capacity: capacity))
                #expect(atEnd.index == expected && atEnd.length == line.count, "\(text)")
                let start = memory.atStart(text, offset: random.below(64))
                let atStart = try #require(first(table, start, length, capacity: capacity))
                #expect(atStart.index == expected && atStart.length == line.count, "\(text)")
            }
        }
    }

    @Test("Escapes and strings that the line feed cuts off are errors", arguments: allTables)
    func cut(name: String) throws {
        let table = try kernels(name)
        for padding in 0..<140 {
            for tail in ["\\", "\\u", "\\u0", "\\u00", "\\u004", "\\u0041", "\\\\", "\"", "\\\"", "1", "", "{", "\r"] {
                let line = Array(("{\"" + String(repeating: "a", count: padding) + tail).utf8)
                for behind in ["\n", "\n\"", "\n0041\"}", "\n{\"a\":1}\n", "\nu0041", "\n\\\\\\\""] {
                    let text = line + Array(behind.utf8)
                    let found = try #require(first(table, text, text.count, capacity: text.count + 64))
                    #expect(found.index == JSONIndex.naive(line) && found.length == line.count, "\(text)")
                }
            }
        }
    }

    @Test("It gives up rather than write beyond the room", arguments: allTables)
    func capacity(name: String) throws {
        let table = try kernels(name)
        let text = [UInt8](repeating: UInt8(ascii: ","), count: 500) + [0x0A]
        for capacity in 0..<600 {
            let found = first(table, text, text.count, capacity: capacity)
            if capacity >= 500 + Int(TRAWL_JSON_PADDING) { #expect(found?.length == 500) }
            if capacity < 500 { #expect(found == nil) }
        }
    }
}
