import TestRandom

/// Makes texts that a regular expression may match, from its pattern.
///
/// It reads the part of PCRE's syntax that log rules use: groups, alternatives, classes, quantifiers, lookarounds, inline
/// options, references. What it makes is a guess that has to be checked: a negative lookahead, say, is not heeded.
struct ExpressionSampler {
    struct Sample {
        var text: String
        /// Whether the pattern asks for the beginning or the end of the value there.
        var isAnchoredAtStart = false
        var isAnchoredAtEnd = false
    }

    private var pattern: ArraySlice<Character>
    private var random: SeededGenerator
    private var groups: [String] = []

    /// A text for the pattern; `nil` where its syntax is beyond this reader.
    static func sample(_ pattern: String, _ random: inout SeededGenerator) -> Sample? {
        var sampler = ExpressionSampler(pattern: Array(pattern)[...], random: SeededGenerator(seed: random.next()))
        guard let nodes = sampler.alternatives(), sampler.pattern.isEmpty else { return nil }
        var out = Sample(text: "")
        sampler.write(nodes, into: &out)
        return out
    }

    private indirect enum Node: Sendable {
        case text(Character)
        case choice([Character])
        case alternatives([[Node]])
        case group(Int, Node)
        case reference(Int)
        case repeated(Node, ClosedRange<Int>)
        case start, end
    }

    /// What stands for no text of its own.
    private static let nothing = Node.alternatives([[]])

    // MARK: Reading

    private mutating func alternatives() -> Node? {
        var branches: [[Node]] = [[]]
        while let next = pattern.first, next != ")" {
            if next == "|" {
                pattern.removeFirst()
                branches.append([])
                continue
            }
            guard let atom = atom(), let node = quantified(atom) else { return nil }
            branches[branches.count - 1].append(node)
        }
        return .alternatives(branches)
    }

    private mutating func atom() -> Node? {
        guard let next = pattern.popFirst() else { return nil }
        switch next {
        case "(": return group()
        case "[": return characterClass()
        case ".": return .choice(Array("abcxyz0189_"))
        case "^": return .start
        case "$": return .end
        case "\\": return escape()
        default: return .text(next)
        }
    }

    private mutating func group() -> Node? {
        var isNothing = false
        var number: Int?
        if pattern.first == "?" {
            pattern.removeFirst()
            guard let kind = pattern.popFirst() else { return nil }
            switch kind {
            case ":", ">", "=": break
            case "!": isNothing = true
            case "<" where pattern.first == "=": pattern.removeFirst()
            case "<" where pattern.first == "!":
                pattern.removeFirst()
                isNothing = true
            case "<", "P", "'":
                pattern = pattern.drop { $0 != ">" && $0 != "'" }.dropFirst()
                number = groups.count
            default:
                // Inline options: for the rest of the group, or for a group of their own.
                pattern = pattern.drop { $0 != ":" && $0 != ")" }
                guard let end = pattern.popFirst() else { return nil }
                if end == ")" { return Self.nothing }
            }
        } else {
            number = groups.count
        }
        if number != nil { groups.append("") }
        guard let inner = alternatives(), pattern.popFirst() == ")" else { return nil }
        if isNothing { return Self.nothing }
        return number.map { .group($0, inner) } ?? inner
    }

    private mutating func escape() -> Node? {
        guard let next = pattern.popFirst() else { return nil }
        if let members = Self.members(ofClass: next) { return .choice(members) }
        switch next {
        case "b", "B", "G", "K": return Self.nothing
        case "A": return .start
        case "z", "Z": return .end
        case "1", "2", "3", "4", "5", "6", "7", "8", "9":
            return .reference((next.wholeNumberValue ?? 1) - 1)
        case "Q", "E", "p", "P", "X", "R", "k", "g", "N", "o": return nil
        default: return character(escapedAs: next).map { .text($0) }
        }
    }

    /// The character of an escape that stands for one.
    private mutating func character(escapedAs next: Character) -> Character? {
        switch next {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "f": return "\u{0C}"
        case "e": return "\u{1B}"
        case "a": return "\u{07}"
        case "0": return "\0"
        case "x":
            var digits: [Character]
            if pattern.first == "{" {
                digits = Array(pattern.dropFirst().prefix { $0 != "}" })
                pattern = pattern.dropFirst(digits.count + 2)
            } else {
                digits = Array(pattern.prefix(2).prefix { $0.isHexDigit })
                pattern = pattern.dropFirst(digits.count)
            }
            return UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init).map(Character.init)
        default: return next
        }
    }

    private static let word = Array("abcdefgh0123456789_")

    private static func members(ofClass name: Character) -> [Character]? {
        switch name {
        case "d": Array("0123456789")
        case "w": word
        case "s", "h": [" "]
        case "D": Array("abcxyz")
        case "W": Array(" -.,")
        case "S": Array("abcxyz019.-")
        default: nil
        }
    }

    private mutating func characterClass() -> Node? {
        var isNegated = false
        if pattern.first == "^" {
            isNegated = true
            pattern.removeFirst()
        }
        var members: [Character] = []
        var isFirst = true
        while let next = pattern.popFirst() {
            if next == "]", !isFirst { return Self.node(members, isNegated) }
            isFirst = false
            if next == "[", pattern.first == ":" {
                let name = String(pattern.dropFirst().prefix { $0 != ":" })
                pattern = pattern.dropFirst(name.count + 3)
                members += name == "digit" ? Array("0123456789") : name == "space" ? [" "] : Array("abcdef")
                continue
            }
            var low = next
            if next == "\\" {
                guard let escaped = pattern.popFirst() else { return nil }
                if let all = Self.members(ofClass: escaped) {
                    members += all
                    continue
                }
                guard let character = escaped == "b" ? "\u{08}" : character(escapedAs: escaped) else { return nil }
                low = character
            }
            guard pattern.first == "-", pattern.dropFirst().first != "]", let high = pattern.dropFirst().first else {
                members.append(low)
                continue
            }
            pattern = pattern.dropFirst(2)
            var last = high
            if high == "\\" {
                guard let escaped = pattern.popFirst(), let character = character(escapedAs: escaped) else {
                    return nil
                }
                last = character
            }
            guard let first = low.unicodeScalars.first?.value, let end = last.unicodeScalars.first?.value, first <= end
            else { return nil }
            members += (first...min(end, first + 200)).compactMap { Unicode.Scalar($0).map(Character.init) }
        }
        return nil
    }

    private static func node(_ members: [Character], _ isNegated: Bool) -> Node? {
        let all = isNegated ? Array("axq7 .,-_/:;~") + Array("éλ") : members
        let left = isNegated ? all.filter { !members.contains($0) } : all
        return left.isEmpty ? nil : .choice(left)
    }

    private mutating func quantified(_ node: Node) -> Node? {
        var range: ClosedRange<Int>?
        switch pattern.first {
        case "*": range = 0...3
        case "+": range = 1...3
        case "?": range = 0...1
        case "{":
            let inside = String(pattern.dropFirst().prefix { $0 != "}" })
            let bounds = inside.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard let low = bounds.first ?? nil else {
                // Not a quantifier: a brace is a character then.
                return node
            }
            let high = bounds.count == 1 ? low : bounds[1] ?? low + 2
            range = low...max(low, min(high, low + 3))
            pattern = pattern.dropFirst(inside.count + 1)
        default: return node
        }
        pattern.removeFirst()
        if pattern.first == "?" || pattern.first == "+" { pattern.removeFirst() }
        guard let range else { return node }
        return quantified(.repeated(node, range))
    }

    // MARK: Writing

    private mutating func write(_ node: Node, into out: inout Sample) {
        switch node {
        case .text(let character): out.text.append(character)
        case .choice(let members): out.text.append(random.pick(members))
        case .alternatives(let branches): for part in random.pick(branches) { write(part, into: &out) }
        case .group(let number, let inner):
            let begin = out.text.count
            write(inner, into: &out)
            groups[number] = String(out.text.dropFirst(begin))
        case .reference(let number): if groups.indices.contains(number) { out.text += groups[number] }
        case .repeated(let inner, let range):
            for _ in 0..<Int.random(in: range, using: &random) { write(inner, into: &out) }
        case .start: if out.text.isEmpty { out.isAnchoredAtStart = true }
        case .end: out.isAnchoredAtEnd = true
        }
    }
}
