import Matching

/// What stands behind the first `|` of a field, put in order.
public struct SigmaModifiers: Hashable, Sendable {
    /// What the values are.
    public enum Kind: Hashable, Sendable {
        case text
        /// A regular expression, with its flags.
        case expression(ignoresCase: Bool, matchesLines: Bool, dotMatchesLineEnds: Bool)
        case network
        case number(Comparison)
        /// Part of a time; `nil` for equality.
        case timePart(Part, Comparison?)
        case exists
        case fieldReference(Anchoring)
    }

    /// How the field's number stands to the value's (`lt`, `lte`, `gt`, `gte`).
    public enum Comparison: Hashable, Sendable {
        case less, lessOrEqual, greater, greaterOrEqual
    }

    /// Which part of a time is compared; the raw values are the modifiers' names.
    public enum Part: String, Hashable, Sendable, CaseIterable {
        case minute, hour, day, week, month, year
    }

    /// Where in the field the value of the other one has to stand (`fieldref`).
    public enum Anchoring: Hashable, Sendable {
        case whole, start, end, anywhere
    }

    /// What is made of a text before it is looked for.
    public enum Transformation: Hashable, Sendable {
        case contains, startsWith, endsWith
        case base64, base64Offset
        case utf16(Encoding)
        case windowsDash
    }

    /// In which byte order a text is made UTF-16 (`wide`, `utf16le`, `utf16be`, `utf16`).
    public enum Encoding: Hashable, Sendable {
        case littleEndian, bigEndian
        /// Little-endian behind a byte order mark.
        case marked
    }

    /// Text where no modifier says otherwise.
    public var kind = Kind.text
    /// In the order in which they are applied. Of a regular expression, they say at which end of the field it may stand
    /// away from it.
    public var transformations: [Transformation] = []
    /// All values have to be found, not one of them.
    public var isAll = false
    /// `cased`: texts match in their case only. Without it, case does not count.
    public var isCaseSensitive = false
    /// The field has to differ from the values.
    public var isNegated = false
    /// Placeholders in the values are filled in.
    public var expandsPlaceholders = false

    /// No modifiers: a text that the whole field has to match.
    public init() {}

    /// What stands in the way of a list of modifiers.
    struct Refusal: Error {
        var reason: String
    }

    /// Puts modifiers in order, and checks that they go together.
    ///
    /// - Throws: `Refusal` that names the modifier and what is wrong with it.
    init(names: [some StringProtocol], field: String?) throws(Refusal) {
        var seen: Set<String> = []
        for name in names {
            let name = String(name)
            guard let modifier = Self.known[name] else { throw Self.unknown(name) }
            guard seen.insert(name).inserted else { throw Refusal(reason: "the modifier \(name) is given twice") }
            if field == nil, modifier == .exists || modifier == .fieldReference {
                throw Refusal(reason: "the modifier \(name) needs a field before it")
            }
            try apply(modifier, name: name)
        }
    }

    private static func unknown(_ name: String) -> Refusal {
        if name.isEmpty { return Refusal(reason: "a modifier is missing behind |") }
        if let lower = known.keys.first(where: { $0.utf8.elementsEqual(name.lowercased().utf8) }) {
            return Refusal(reason: "unknown modifier \(name); modifiers are written in lower case: \(lower)")
        }
        let near = known.keys.filter { isMistyped(Array(name.lowercased().utf8), Array($0.utf8)) }.sorted()
        if let near = near.first { return Refusal(reason: "unknown modifier \(name); \(near) may be meant") }
        return Refusal(
            reason: "unknown modifier \(name); known ones are \(known.keys.sorted().joined(separator: ", "))")
    }

    /// Whether one name becomes the other by one character added, left out or changed, or by two neighbours swapped.
    private static func isMistyped(_ name: [UInt8], _ known: [UInt8]) -> Bool {
        guard name.count > 3, abs(name.count - known.count) <= 1 else { return false }
        let start = zip(name, known).prefix { $0 == $1 }.count
        let rest = (name[start...], known[start...])
        return rest.0.dropFirst().elementsEqual(rest.1.dropFirst()) || rest.0.dropFirst().elementsEqual(rest.1)
            || rest.0.elementsEqual(rest.1.dropFirst())
            || (rest.0.count > 1 && rest.0.dropFirst(2).elementsEqual(rest.1.dropFirst(2))
                && rest.0.prefix(2).reversed().elementsEqual(rest.1.prefix(2)))
    }
}
