public import Matching

extension Predicate<String> {
    /// The condition in the syntax of `search`, with every value in quotation marks; read back it is the same condition. What
    /// only Sigma rules ask for stands in words that are no search.
    public var searchText: String { text(nestedIn: .nothing) }

    private enum Surroundings {
        case nothing, conjunction, disjunction, negation
    }

    private func text(nestedIn surroundings: Surroundings) -> String {
        switch self {
        case .constant(true): "*"
        case .constant(false): "NOT *"
        case .all(let terms):
            parenthesized(
                Self.written(terms).map { $0.text(nestedIn: .conjunction) }.joined(separator: " AND "),
                surroundings != .nothing)
        case .any(let terms):
            parenthesized(
                Self.written(terms).map { $0.text(nestedIn: .disjunction) }.joined(separator: " OR "),
                surroundings != .nothing)
        case .deferred(let number): "[subsearch \(number + 1)]"
        case .not(let term): "NOT " + term.text(nestedIn: .negation)
        case .field(let field, let test): QuotedText.name(field) + test.searchText
        case .compare(let left, let relation, let right):
            QuotedText.name(left) + " " + relation.text + " " + QuotedText.name(right)
        case .anyValue(let test): "any value" + test.searchText
        case .rawText(let pattern):
            pattern.isCaseSensitive
                ? "CASE(" + QuotedText.string(pattern.source) + ")" : QuotedText.string(pattern.source)
        }
    }

    /// Without a network that the next term gives as its text: a search says both at once.
    private static func written(_ terms: [Predicate]) -> [Predicate] {
        terms.indices.filter { index in
            guard index + 1 < terms.count else { return true }
            switch (terms[index], terms[index + 1]) {
            case (.field(let field, .network(let network)), .field(let other, .equals(let pattern))),
                (.field(let field, .outside(let network)), .field(let other, .differs(let pattern))):
                return field != other || !pattern.source.elementsEqual(network.text.utf8)
            default: return true
            }
        }.map { terms[$0] }
    }

    private func parenthesized(_ text: String, _ isNested: Bool) -> String {
        isNested ? "(" + text + ")" : text
    }
}

extension ValueTest {
    /// The operator and the value.
    fileprivate var searchText: String {
        switch self {
        case .equals(let pattern): "=" + QuotedText.string(pattern.source)
        case .differs(let pattern): "!=" + QuotedText.string(pattern.source)
        case .present: "=*"
        case .ordered(let ordering, let bound), .number(let ordering, let bound):
            ordering.symbol + QuotedText.string(bound)
        case .given: " is not null"
        case .emptyText: " is empty"
        case .exists: " exists"
        case .wildcards(let pattern): "=" + QuotedText.string(pattern.source)
        case .expression(let expression): " matches " + QuotedText.string(expression.pattern)
        case .network(let network): " in " + network.text
        case .outside(let network): " outside " + network.text
        case .timePart(let part, let relation, let number):
            " " + part.rawValue + " " + relation.text + " \(number)"
        }
    }
}

/// Names and strings as a search would have to write them.
enum QuotedText {
    /// In quotation marks, with backslashes and quotation marks escaped.
    static func string(_ bytes: [UInt8], mark: UInt8 = Byte.quote) -> String {
        var result: [UInt8] = [mark]
        for byte in bytes {
            if byte == Byte.backslash || byte == mark { result.append(Byte.backslash) }
            result.append(byte)
        }
        result.append(mark)
        return result.string
    }

    /// A list of names.
    static func names(_ names: [String]) -> String { names.map(name).joined(separator: ", ") }

    /// As it stands if it can, else in quotation marks.
    static func name(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy {
                $0.isNameByte || $0 == Byte.dot || $0 == Byte.star || $0 == Byte.openBrace || $0 == Byte.closeBrace
            }
        let isKeyword = ["and", "or", "not", "in", "by", "as"].contains(name.asciiLowercased)
        return isPlain && !isKeyword ? name : string(Array(name.utf8))
    }
}
