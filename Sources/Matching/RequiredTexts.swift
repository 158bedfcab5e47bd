/// What a text must hold for a regular expression to match some part of it: one of a few literals.
///
/// Found by reading the pattern as PCRE does, as far as it is plain; whatever is not understood asks for nothing. Cases
/// are not told apart: the literals stand for all their ASCII case variants.
struct RequiredTexts {
    /// Of which one stands in every text that the expression matches; `nil` where nothing is known.
    let alternatives: [[UInt8]]?

    /// - Parameter limit: more alternatives are not worth looking for.
    init(_ expression: RegularExpression, limit: Int = 64) {
        var reader = Reader(expression.pattern, limit: limit)
        alternatives = reader.read()
    }

    private static let depthLimit = 64
    /// What branches come to side by side is not followed further.
    private static let mostExact = 16

    /// A pattern whose meaning this reader does not know.
    private struct Unknown: Error {}

    /// One thing in a sequence, before its quantifier.
    private enum Element {
        case byte(UInt8)
        /// Nothing is known of it, but it is there or not as a whole.
        case opaque
        /// Takes no room: an anchor.
        case nothing
        case group(Part)
    }

    /// What is known of a sequence or its branches.
    private struct Part {
        /// Of which one stands in what it matches; `nil` where nothing is known.
        var required: [[UInt8]]? = []
        /// All that it matches, where that is few literals; `nil` for anything else.
        var exact: [[UInt8]]? = []
    }

    private struct Reader {
        let pattern: [UInt8]
        let limit: Int
        var place = 0
        var depth = 0

        init(_ pattern: [UInt8], limit: Int) { (self.pattern, self.limit) = (pattern, limit) }

        mutating func read() -> [[UInt8]]? {
            // Beyond ASCII, letters may match others that are folded to them.
            guard pattern.allSatisfy({ $0 < 0x80 }) else { return nil }
            do throws(Unknown) {
                let found = try alternation()
                return place == pattern.count ? found.required : nil
            } catch {
                return nil
            }
        }

        private var next: UInt8? { place < pattern.count ? pattern[place] : nil }

        private mutating func take(_ text: String) -> Bool {
            guard pattern[place...].starts(with: text.utf8) else { return false }
            place += text.utf8.count
            return true
        }

        /// Branches up to a closing parenthesis or the end.
        private mutating func alternation() throws(Unknown) -> Part {
            depth += 1
            guard depth < RequiredTexts.depthLimit else { throw Unknown() }
            defer { depth -= 1 }
            var joined = Part()
            while true {
                let own = try sequence()
                joined.required = Self.sum(joined.required, own.required, limit)
                joined.exact = Self.sum(joined.exact, own.exact, RequiredTexts.mostExact)
                guard next == UInt8(ascii: "|") else { return joined }
                place += 1
            }
        }

        private static func sum(_ first: [[UInt8]]?, _ second: [[UInt8]]?, _ limit: Int) -> [[UInt8]]? {
            guard let first, let second, first.count + second.count <= limit else { return nil }
            return first + second
        }

        private mutating func sequence() throws(Unknown) -> Part {
            var best: [[UInt8]]?
            /// Of which one stands in the text up to here.
            var runs: [[UInt8]] = [[]]
            var isExact = true
            func consider(_ candidate: [[UInt8]]) {
                guard let shortest = candidate.map(\.count).min(), shortest > 0 else { return }
                guard let known = best else {
                    best = candidate
                    return
                }
                let length = known.map(\.count).min() ?? 0
                if (shortest, -candidate.count) > (length, -known.count) { best = candidate }
            }
            func flush() {
                consider(runs)
                runs = [[]]
                isExact = false
            }
            while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
                let element = try self.element()
                let (isOptional, isRepeated) = try quantifier()
                switch element {
                case .nothing: continue
                case .opaque: flush()
                case .byte where isOptional, .group where isOptional: flush()
                case .byte(let byte):
                    for index in runs.indices { runs[index].append(byte) }
                    if isRepeated { flush() }
                case .group(let part):
                    if let exact = part.exact, exact.count * runs.count <= RequiredTexts.mostExact {
                        runs = runs.flatMap { run in exact.map { run + $0 } }
                    } else {
                        flush()
                        if let required = part.required { consider(required) }
                    }
                    if isRepeated { flush() }
                }
            }
            let exact = isExact ? runs : nil
            flush()
            return Part(required: best, exact: exact)
        }

        /// What a quantifier says of what stands before it: that it may be missing, that it may come more than once.
        private mutating func quantifier() throws(Unknown) -> (isOptional: Bool, isRepeated: Bool) {
            var found = (isOptional: false, isRepeated: false)
            switch next {
            case UInt8(ascii: "?"), UInt8(ascii: "*"):
                found = (true, true)
                place += 1
            case UInt8(ascii: "+"):
                found.isRepeated = true
                place += 1
            case UInt8(ascii: "{"):
                guard let end = pattern[place...].firstIndex(of: UInt8(ascii: "}")) else { return found }
                let inside = pattern[place + 1..<end]
                // `{` that begins no quantifier is a literal, which the next element reads.
                guard let first = inside.first, first &- 0x30 < 10 || first == UInt8(ascii: ","),
                    inside.allSatisfy({ $0 &- 0x30 < 10 || $0 == UInt8(ascii: ",") })
                else { return found }
                let least = inside.prefix { $0 != UInt8(ascii: ",") }
                found = (least.allSatisfy { $0 == 0x30 }, true)
                place = end + 1
            default: return found
            }
            if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { place += 1 }
            return found
        }

        private mutating func element() throws(Unknown) -> Element {
            let byte = pattern[place]
            place += 1
            switch byte {
            case UInt8(ascii: "^"), UInt8(ascii: "$"): return .nothing
            case UInt8(ascii: "."): return .opaque
            case UInt8(ascii: "["):
                try skipClass()
                return .opaque
            case UInt8(ascii: "("): return try group()
            case UInt8(ascii: "\\"): return try escape()
            case UInt8(ascii: "{"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): throw Unknown()
            default: return .byte(byte)
            }
        }

        private mutating func skipClass() throws(Unknown) {
            if next == UInt8(ascii: "^") { place += 1 }
            // A closing bracket that comes first is a member.
            if next == UInt8(ascii: "]") { place += 1 }
            while let byte = next {
                place += 1
                switch byte {
                case UInt8(ascii: "]"): return
                case UInt8(ascii: "\\"):
                    if next == UInt8(ascii: "Q") { throw Unknown() }
                    place += 1
                case UInt8(ascii: "["):
                    guard let kind = next,
                        kind == UInt8(ascii: ":") || kind == UInt8(ascii: ".") || kind == UInt8(ascii: "=")
                    else { continue }
                    var end = place + 1
                    while end + 1 < pattern.count, pattern[end] != kind || pattern[end + 1] != UInt8(ascii: "]") {
                        // PCRE2 looks no further than this.
                        if pattern[end] == UInt8(ascii: "]") { throw Unknown() }
                        end += 1
                    }
                    // Without an end it is a bracket like any other.
                    if end + 1 < pattern.count { place = end + 2 }
                default: continue
                }
            }
            throw Unknown()
        }

        private mutating func group() throws(Unknown) -> Element {
            if take("*") { throw Unknown() }
            guard take("?") else { return .group(try closed(alternation())) }
            if take("=") || take("!") || take("<=") || take("<!") {
                _ = try closed(alternation())
                return .nothing
            }
            if take("#") {
                guard let end = pattern[place...].firstIndex(of: UInt8(ascii: ")")) else { throw Unknown() }
                place = end + 1
                return .nothing
            }
            if take(":") || take(">") || take("|") { return .group(try closed(alternation())) }
            if take("P<") || take("<") { return .group(try named(until: UInt8(ascii: ">"))) }
            if take("'") { return .group(try named(until: UInt8(ascii: "'"))) }
            // Flags; `x` would make white space and comments mean nothing.
            var hasFlags = false
            while let flag = next, "imsUJn-^".utf8.contains(flag) {
                hasFlags = true
                place += 1
            }
            guard hasFlags else { throw Unknown() }
            if take(")") { return .nothing }
            guard take(":") else { throw Unknown() }
            return .group(try closed(alternation()))
        }

        private mutating func named(until end: UInt8) throws(Unknown) -> Part {
            guard let close = pattern[place...].firstIndex(of: end) else { throw Unknown() }
            place = close + 1
            return try closed(alternation())
        }

        private mutating func closed(_ found: Part) throws(Unknown) -> Part {
            guard take(")") else { throw Unknown() }
            return found
        }

        private mutating func escape() throws(Unknown) -> Element {
            guard let byte = next else { throw Unknown() }
            place += 1
            switch byte {
            case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"):
                return .nothing
            case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "s"),
                UInt8(ascii: "S"), UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "v"), UInt8(ascii: "V"),
                UInt8(ascii: "R"), UInt8(ascii: "1")...UInt8(ascii: "9"):
                while let digit = next, byte &- 0x30 < 10, digit &- 0x30 < 10 { place += 1 }
                return .opaque
            case UInt8(ascii: "t"): return .byte(0x09)
            case UInt8(ascii: "n"): return .byte(0x0A)
            case UInt8(ascii: "f"): return .byte(0x0C)
            case UInt8(ascii: "r"): return .byte(0x0D)
            case UInt8(ascii: "a"): return .byte(0x07)
            case UInt8(ascii: "e"): return .byte(0x1B)
            case UInt8(ascii: "x"): return try hexadecimal()
            default:
                let isAlphanumeric = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
                guard !isAlphanumeric else { throw Unknown() }
                return .byte(byte)
            }
        }

        private mutating func hexadecimal() throws(Unknown) -> Element {
            var value = 0
            var digits = 0
            while digits < 2, let digit = next, let number = Character(Unicode.Scalar(digit)).hexDigitValue {
                value = value * 16 + number
                digits += 1
                place += 1
            }
            guard digits > 0, value < 0x80 else { throw Unknown() }
            return .byte(UInt8(value))
        }
    }
}
