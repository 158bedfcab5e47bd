/// Reads a condition: `selection and not 1 of filter_*`.
///
/// From the least binding to the most: `or`, `and`, `not`, `of`, parentheses. Operators may be written in capitals.
struct ConditionParser {
    /// What is wrong with a condition, as a clause.
    struct Failure: Error {
        var reason: String
        var isUnsupported = false
    }

    /// How deep parentheses and negations may go.
    static let depthLimit = 100

    private var words: [String]
    private var index = 0
    private let selections: [String]
    /// What the names are of, for messages.
    private let kind: String
    private var depth = 0

    /// - Parameter selections: the names that there are.
    init(_ text: String, selections: [String], called kind: String = "selection") {
        words = Self.split(text)
        self.selections = selections
        self.kind = kind
    }

    /// The condition, and what stands behind `|`.
    mutating func parse() throws(Failure) -> (condition: SigmaCondition, aggregation: SigmaAggregation?) {
        guard !words.isEmpty else { throw Failure(reason: "the condition is empty") }
        let condition = try disjunction()
        guard let next = peek else { return (condition, nil) }
        guard next == "|" else { throw unexpected("and, or or the end of the condition") }
        index += 1
        var parser = AggregationParser(Array(words[index...]), selections: selections)
        return (condition, try parser.parse())
    }

    /// The names that a condition is made of, each once, in their order; none where it names some by a pattern.
    static func names(in text: String) -> [String] {
        let words = split(text)
        if words.contains(where: { $0.lowercased() == "of" || $0 == "|" }) { return [] }
        return words.filter { !["(", ")", "and", "or", "not"].contains($0.lowercased()) }.unique
    }

    /// Words, parentheses and `|`, and behind the first `|` also commas and comparisons.
    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var isAggregation = false
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for byte in text.utf8 {
            switch byte {
            case 0x09, 0x0A, 0x0D, 0x20: end()
            case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"):
                end()
                words.append(String(decoding: [byte], as: UTF8.self))
                if byte == UInt8(ascii: "|") { isAggregation = true }
            case UInt8(ascii: ",") where isAggregation:
                end()
                words.append(",")
            default:
                if isAggregation, let last = word.last, isComparison(last) != isComparison(byte) { end() }
                word.append(byte)
            }
        }
        end()
        return words
    }

    private static func isComparison(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!")
    }

    private var peek: String? { index < words.count ? words[index] : nil }

    private func isNext(_ keyword: String, at offset: Int = 0) -> Bool {
        index + offset < words.count && words[index + offset].lowercased() == keyword
    }

    private func unexpected(_ wanted: String) -> Failure {
        Failure(
            reason: peek.map { "\($0) stands where \(wanted) is expected" } ?? "it ends where \(wanted) is expected")
    }

    private mutating func disjunction() throws(Failure) -> SigmaCondition {
        var parts = [try conjunction()]
        while isNext("or") {
            index += 1
            parts.append(try conjunction())
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(Failure) -> SigmaCondition {
        var parts = [try negation()]
        while isNext("and") {
            index += 1
            parts.append(try negation())
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func negation() throws(Failure) -> SigmaCondition {
        var isNegated = false
        while isNext("not") {
            index += 1
            isNegated.toggle()
        }
        let term = try term()
        return isNegated ? .not(term) : term
    }

    private mutating func term() throws(Failure) -> SigmaCondition {
        guard let word = peek else { throw unexpected("a \(kind)") }
        if word == "(" {
            guard depth < Self.depthLimit else {
                throw Failure(reason: "parentheses are nested deeper than \(Self.depthLimit) levels")
            }
            depth += 1
            defer { depth -= 1 }
            index += 1
            let inner = try disjunction()
            guard peek == ")" else { throw unexpected("a closing parenthesis") }
            index += 1
            return inner
        }
        if isNext("of", at: 1) { return try quantified(word) }
        guard word != ")", word != "|", !["and", "or", "of"].contains(word.lowercased()) else {
            throw unexpected("a \(kind)")
        }
        guard selections.contains(where: { $0.utf8.elementsEqual(word.utf8) }) else {
            if word.utf8.contains(UInt8(ascii: "*")) {
                throw Failure(reason: "write 1 of \(word) or all of \(word)")
            }
            throw Failure(reason: "there is no \(kind) \(word)")
        }
        index += 1
        return .selection(word)
    }

    private mutating func quantified(_ quantity: String) throws(Failure) -> SigmaCondition {
        index += 2
        let count: Int?
        switch quantity.lowercased() {
        case "all": count = nil
        case "any": count = 1
        default:
            guard let number = Int(quantity), number > 0, quantity.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else {
                throw Failure(reason: "\(quantity) of: a number from 1, all or any is expected before of")
            }
            count = number
        }
        guard let word = peek, word != "(", word != ")", word != "|" else {
            throw unexpected("them or the names of \(kind)s")
        }
        index += 1
        let names = word.lowercased() == "them" ? SigmaCondition.Names.them : .pattern(word)
        let fitting = names.filter(selections)
        guard !fitting.isEmpty else { throw Failure(reason: "\(quantity) of \(word) names no \(kind)") }
        if let count, count > fitting.count {
            throw Failure(reason: "\(quantity) of \(word) can't hold: that names \(fitting.count) \(kind)s")
        }
        return .some(count, of: names)
    }
}
