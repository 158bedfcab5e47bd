/// What the raw line of every matching event must hold, as far as a predicate tells.
///
/// An event can only match if its line satisfies this; the reverse does not hold. It is a tree, so that whoever chooses
/// may weigh every alternative: one part of an `all` is enough, an `any` needs one choice for each of its parts.
public indirect enum LiteralRequirement: Hashable, Sendable {
    /// Nothing is known: any line may match.
    case nothing
    /// No line can match.
    case impossible
    case literal(RequiredLiteral)
    case all([LiteralRequirement])
    case any([LiteralRequirement])
}

/// Bytes that stand in the raw line, or stand there in escaped form.
public struct RequiredLiteral: Hashable, Sendable {
    /// ASCII that no JSON or XML text needs to escape; lower case unless case matters.
    public let bytes: [UInt8]
    /// Where false, the line is searched without regard to the case of ASCII letters.
    public let isCaseSensitive: Bool
    /// The field whose test asks for it; `nil` for a search of the raw text. For people only.
    public let field: String?

    /// Folds the bytes unless case matters.
    public init(bytes: [UInt8], isCaseSensitive: Bool, field: String?) {
        self.bytes = isCaseSensitive ? bytes : bytes.map { CaseFolding.folded($0) }
        self.isCaseSensitive = isCaseSensitive
        self.field = field
    }

    /// The bytes as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether every line that holds this one holds `other` too.
    func implies(_ other: RequiredLiteral) -> Bool {
        if other.isCaseSensitive, !isCaseSensitive { return false }
        let own = other.isCaseSensitive ? bytes : bytes.map { CaseFolding.folded($0) }
        guard other.bytes.count <= own.count else { return false }
        return (0...(own.count - other.bytes.count)).contains { own[$0...].starts(with: other.bytes) }
    }
}

/// Values each once, in the order in which they come: rules list thousands of them.
private struct Distinct<Element: Hashable> {
    private(set) var all: [Element] = []
    private var seen: Set<Element> = []

    mutating func append(_ element: Element) {
        if seen.insert(element).inserted { all.append(element) }
    }
}

extension LiteralRequirement {
    /// Shorter literals are in too many lines to be worth a search.
    static let minimumCount = 3
    /// No more of a literal is asked for, and no more literals of one value: others would rule out hardly another line.
    private static let maximumCount = 256
    private static let maximumRuns = 64

    /// Derives what a matching line must hold.
    ///
    /// Sound for lines that are JSON, or JSON that holds JSON text or XML in a string: literals are cut at every byte that
    /// one of these may have to escape (see `isPlain`). That a text *may* be escaped without need (`\u0041`, `&#65;`) is
    /// left to `Prefilter`, which lets such lines pass.
    ///
    /// - Parameters:
    ///   - predicate: over field names.
    ///   - besideLine: the texts that the field's values may have parts of which don't stand literally in the line: constants.
    ///     All else of a value, between the bytes that are cut at, does. None for fields read as they are, for a part of one,
    ///     such as the last part of a path, and for several joined by a byte that is cut at, such as `domain\user`; `nil` for
    ///     computed ones and stand-ins.
    public init(_ predicate: Predicate<String>, besideLine: (String) -> Set<[UInt8]>?) {
        self = LiteralRequirement.derive(predicate.negationNormalForm, besideLine)
    }

    /// What the line of an event holds in which some value has all these pieces of text, in any case.
    public init(pieces: [[UInt8]]) { self = Source().literals(of: pieces, isCaseSensitive: false) }

    private static func derive(
        _ predicate: Predicate<String>, _ besideLine: (String) -> Set<[UInt8]>?
    ) -> LiteralRequirement {
        switch predicate {
        case .constant(let value): return value ? .nothing : .impossible
        // In negation normal form a `not` stands before a test, and absence asks for no text.
        case .not, .deferred, .compare: return .nothing
        // A scalar value stands in the line, whatever its field.
        case .anyValue(let test): return Source().literals(of: test)
        case .rawText(let pattern): return Source().literals(of: pattern)
        case .field(let field, let test):
            if case .equals(let pattern) = test, pattern.source.isEmpty { return .impossible }
            guard let texts = besideLine(field) else { return .nothing }
            return Source(field: field, besideLine: texts.map { $0.map { CaseFolding.folded($0) } }).literals(of: test)
        case .all(let parts): return .allOf(parts.map { derive($0, besideLine) })
        case .any(let parts): return .anyOf(parts.map { derive($0, besideLine) })
        }
    }

    /// Joins requirements that hold together.
    public static func allOf(_ parts: [LiteralRequirement]) -> LiteralRequirement {
        var flat = Distinct<LiteralRequirement>()
        for part in parts {
            switch part {
            case .nothing: continue
            case .impossible: return .impossible
            case .all(let inner): for part in inner { flat.append(part) }
            default: flat.append(part)
            }
        }
        return flat.all.isEmpty ? .nothing : flat.all.count == 1 ? flat.all[0] : .all(flat.all)
    }

    /// Joins requirements of which one holds. One of which nothing is known leaves nothing known.
    public static func anyOf(_ parts: [LiteralRequirement]) -> LiteralRequirement {
        var flat = Distinct<LiteralRequirement>()
        for part in parts {
            switch part {
            case .nothing: return .nothing
            case .impossible: continue
            case .any(let inner): for part in inner { flat.append(part) }
            default: flat.append(part)
            }
        }
        return flat.all.isEmpty ? .impossible : flat.all.count == 1 ? flat.all[0] : .any(flat.all)
    }

    /// All literals that occur in it, each once, from left to right.
    public var literals: [RequiredLiteral] {
        switch self {
        case .nothing, .impossible: return []
        case .literal(let literal): return [literal]
        case .all(let parts), .any(let parts):
            var found = Distinct<RequiredLiteral>()
            for literal in parts.flatMap(\.literals) { found.append(literal) }
            return found.all
        }
    }

    /// Where the texts come from that are tested.
    private struct Source {
        var field: String?
        /// In lower case.
        var besideLine: [[UInt8]] = []

        func literals(of test: ValueTest) -> LiteralRequirement {
            switch test {
            case .equals(let pattern): literals(of: pattern)
            case .wildcards(let pattern): literals(of: pattern.pieces, isCaseSensitive: pattern.isCaseSensitive)
            case .expression(let expression):
                RequiredTexts(expression).alternatives.map { texts in
                    .anyOf(texts.map { literals(of: [$0], isCaseSensitive: false) })
                } ?? .nothing
            default: .nothing
            }
        }

        func literals(of pattern: WildcardPattern) -> LiteralRequirement {
            literals(of: pattern.pieces, isCaseSensitive: pattern.isCaseSensitive)
        }

        func literals(of pieces: [[UInt8]], isCaseSensitive: Bool) -> LiteralRequirement {
            var found: [LiteralRequirement] = []
            for piece in pieces {
                for run in piece.split(whereSeparator: { !isPlain($0) }) where run.count >= minimumCount {
                    guard found.count < maximumRuns else { return .allOf(found) }
                    let bytes = Array(run.prefix(maximumCount))
                    if mayStandBeside(bytes) { continue }
                    found.append(
                        .literal(RequiredLiteral(bytes: bytes, isCaseSensitive: isCaseSensitive, field: field)))
                }
            }
            return .allOf(found)
        }

        /// Whether one of the texts that are not in the line holds the run.
        private func mayStandBeside(_ run: [UInt8]) -> Bool {
            let folded = run.map { CaseFolding.folded($0) }
            return besideLine.contains { text in
                text.count >= folded.count
                    && (0...(text.count - folded.count)).contains { text[$0...].starts(with: folded) }
            }
        }
    }

    /// Whether a byte stands for itself in JSON text and in XML unless someone chose otherwise: printable ASCII but the
    /// quotes, the backslash, the slash (JSON may write `\/`), and XML's `&`, `<`, `>`.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x26, 0x27, 0x2F, 0x3C, 0x3E, 0x5C: return false
        default: return byte >= 0x20 && byte < 0x7F
        }
    }
}
