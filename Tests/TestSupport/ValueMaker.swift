import Matching
import TestRandom

/// Makes values that pass some tests and fail others, and looks that they do.
struct ValueMaker {
    /// What a text must hold, in this order, and whether anything may stand before and behind.
    struct Skeleton {
        var pieces: [String]
        var isOpenAtStart: Bool
        var isOpenAtEnd: Bool

        var isClosed: Bool { !isOpenAtStart && !isOpenAtEnd }
    }

    /// What a field is given.
    enum Value: Equatable {
        case missing
        case text(String)
    }

    /// What is asked of one field's value.
    struct Demand {
        var passes: [ValueTest] = []
        var fails: [ValueTest] = []
        /// Whether a value that only just fails is better than none.
        var isNear = false
        var mayBeMissing = true
    }

    let matcher: PlainMatcher
    var random: SeededGenerator

    private static let fillers = ["", "", " ", "x", "\\", " q ", "/", "9"]
    private static let attempts = 14

    /// `nil` where no value was found.
    mutating func value(_ demand: Demand) -> Value? {
        for attempt in 0..<Self.attempts {
            if demand.passes.isEmpty {
                let isMissingBetter = demand.isNear ? 5 : 3
                if demand.mayBeMissing, attempt == Self.attempts - 1 || random.once(in: isMissingBetter) {
                    return .missing
                }
            }
            guard var text = candidate(demand, attempt: attempt) else { continue }
            if random.once(in: 4) {
                let swapped = caseSwapped(text)
                if isFitting(swapped, demand) { text = swapped }
            }
            if isFitting(text, demand) { return .text(text) }
        }
        return nil
    }

    private func isFitting(_ text: String, _ demand: Demand) -> Bool {
        demand.passes.allSatisfy { matcher.passes(text, $0) } && !demand.fails.contains { matcher.passes(text, $0) }
    }

    private mutating func candidate(_ demand: Demand, attempt: Int) -> String? {
        var skeletons = demand.passes.compactMap { skeleton($0) }
        guard skeletons.count == demand.passes.count else { return nil }
        if let test = demand.fails.isEmpty ? nil : random.pick(demand.fails) {
            if demand.isNear || (demand.passes.isEmpty && random.once(in: 2)), var near = nearMiss(test) {
                if !skeletons.isEmpty {
                    near.isOpenAtStart = true
                    near.isOpenAtEnd = true
                }
                skeletons.append(near)
            }
        }
        if skeletons.isEmpty { return random.pick(["q7", "Other value", "-", "C:\\q\\z.bin", "zz 9"]) }
        return composed(skeletons)
    }

    // MARK: Texts from tests

    /// What a test asks of a text; `nil` where no text is known.
    private mutating func skeleton(_ test: ValueTest) -> Skeleton? {
        switch test {
        case .equals(let pattern): return skeleton(String(decoding: pattern.source, as: UTF8.self))
        case .wildcards(let pattern):
            var parts = [""]
            for token in pattern.tokens {
                switch token {
                case .text(let text): parts[parts.count - 1] += String(decoding: text, as: UTF8.self)
                case .oneScalar: parts[parts.count - 1] += random.pick(["q", "7", " ", "é"])
                case .anyRun: parts.append("")
                }
            }
            return skeleton(parts)
        case .differs, .outside, .present, .given, .exists:
            return Skeleton(pieces: [random.pick(["q7", "some text", "1"])], isOpenAtStart: true, isOpenAtEnd: true)
        case .emptyText: return Skeleton(pieces: [""], isOpenAtStart: false, isOpenAtEnd: false)
        case .expression(let expression):
            let pattern = String(decoding: expression.pattern, as: UTF8.self)
            guard let sample = ExpressionSampler.sample(pattern, &random) else { return nil }
            return Skeleton(
                pieces: [sample.text], isOpenAtStart: !sample.isAnchoredAtStart, isOpenAtEnd: !sample.isAnchoredAtEnd)
        case .network(let network): return exact(address(inside: network.text))
        case .number(let ordering, let bound), .ordered(let ordering, let bound):
            return exact(text(ordering, String(decoding: bound, as: UTF8.self)))
        case .timePart(let part, let relation, let number): return exact(time(part, relation, number))
        }
    }

    private func exact(_ text: String) -> Skeleton {
        Skeleton(pieces: [text], isOpenAtStart: false, isOpenAtEnd: false)
    }

    private func skeleton(_ pattern: String) -> Skeleton {
        skeleton(pattern.unicodeScalars.split(separator: "*", omittingEmptySubsequences: false).map { String($0) })
    }

    /// From what stands between stars.
    private func skeleton(_ parts: [String]) -> Skeleton {
        Skeleton(
            pieces: parts.filter { !$0.isEmpty }, isOpenAtStart: parts.count > 1 && parts.first == "",
            isOpenAtEnd: parts.count > 1 && parts.last == "")
    }

    private mutating func address(inside network: String) -> String {
        let base = String(network.prefix { $0 != "/" })
        var octets = base.split(separator: ".")
        guard octets.count == 4, !network.hasSuffix("/32"), network.contains("/") else {
            return base.hasSuffix("::") && random.once(in: 2) ? base + "9" : base
        }
        octets[3] = Substring(String((UInt8(octets[3]) ?? 0) | UInt8.random(in: 0...1, using: &random)))
        return octets.joined(separator: ".")
    }

    private mutating func text(_ ordering: ValueTest.Ordering, _ bound: String) -> String {
        if ordering == .lessOrEqual || ordering == .greaterOrEqual, random.once(in: 2) { return bound }
        guard let number = Int(bound) else {
            switch ordering {
            case .lessOrEqual, .greaterOrEqual: return bound
            case .greater: return bound + "0"
            case .less: return String(bound.dropLast())
            }
        }
        switch ordering {
        case .less, .lessOrEqual: return String(number - 1)
        case .greater, .greaterOrEqual: return String(number + 1)
        }
    }

    private mutating func time(_ part: TimePart, _ relation: TimePart.Relation, _ number: Int) -> String {
        var wanted = number
        switch relation {
        case .equal, .ordered(.lessOrEqual), .ordered(.greaterOrEqual): break
        case .notEqual, .ordered(.greater): wanted += 1
        case .ordered(.less): wanted -= 1
        }
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        var (year, month, day, hour, minute) = (2024, 5, 6, 7, 8)
        switch part {
        case .year: year = wanted
        case .month: month = wanted
        case .day: day = wanted
        case .hour: hour = wanted
        case .minute: minute = wanted
        case .week: (month, day) = ((wanted * 7 - 3) / 31 + 1, max(1, (wanted * 7 - 3) % 31))
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(hour, 2)):\(padded(minute, 2)):09Z"
    }

    // MARK: Texts put together

    private mutating func composed(_ skeletons: [Skeleton]) -> String {
        func joined(_ pieces: [String]) -> String {
            var text = ""
            for (index, piece) in pieces.enumerated() {
                if index > 0 { text += random.pick(Self.fillers) }
                text += piece
            }
            return text
        }
        if let closed = skeletons.first(where: \.isClosed) { return joined(closed.pieces) }
        // The longest beginning and the longest end most likely fit what others ask for.
        let start = skeletons.filter { !$0.isOpenAtStart }.max { joinedCount($0) < joinedCount($1) }
        let end = skeletons.filter { !$0.isOpenAtEnd }.max { joinedCount($0) < joinedCount($1) }
        let inner = skeletons.filter { $0.isOpenAtStart && $0.isOpenAtEnd }.shuffled(using: &random)
        var pieces = start?.pieces ?? []
        for skeleton in inner {
            // A piece that is in another one already would only make the text longer; now and then it may.
            let isThere = skeleton.pieces.count == 1 && pieces.contains { $0.contains(skeleton.pieces[0]) }
            if !isThere || random.once(in: 4) { pieces.append(joined(skeleton.pieces)) }
        }
        pieces += end?.pieces ?? []
        var text = joined(pieces)
        if start == nil { text = random.pick(Self.fillers) + text }
        if end == nil { text += random.pick(Self.fillers) }
        return text
    }

    private func joinedCount(_ skeleton: Skeleton) -> Int { skeleton.pieces.reduce(0) { $0 + $1.count } }

    // MARK: Texts that only just fail

    /// A letter changed, something before or behind where nothing may be, an end cut off.
    private mutating func nearMiss(_ test: ValueTest) -> Skeleton? {
        // What differs from a pattern fails where it matches.
        if case .differs(let pattern) = test { return skeleton(.equals(pattern)) }
        guard var near = skeleton(test), !near.pieces.isEmpty else { return nil }
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where !near.isOpenAtStart: near.pieces[0] = random.pick(["x", " ", "\\"]) + near.pieces[0]
        case 1 where !near.isOpenAtEnd: near.pieces[near.pieces.count - 1] += random.pick(["x", " ", ".", "0"])
        case 2: near.pieces[near.pieces.count - 1].removeLastIfAny()
        default:
            let index = near.pieces.indices.randomElement(using: &random) ?? 0
            near.pieces[index] = letterChanged(near.pieces[index])
        }
        return near
    }

    private mutating func letterChanged(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { return "q" }
        let letters = scalars.indices.filter { scalars[$0].properties.isAlphabetic || scalars[$0].value & ~0xF == 0x30 }
        let index = letters.randomElement(using: &random) ?? scalars.count - 1
        switch scalars[index] {
        case "z", "Z": scalars[index] = "y"
        case "9": scalars[index] = "8"
        case let scalar where scalar.isASCII && letters.contains(index):
            scalars[index] = Unicode.Scalar(UInt8(scalar.value) + 1)
        default: scalars[index] = "~"
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private mutating func caseSwapped(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    guard scalar.isASCII, scalar.properties.isAlphabetic, random.once(in: 2) else { return scalar }
                    return Unicode.Scalar(UInt8(scalar.value) ^ 0x20)
                }))
    }
}

extension String {
    fileprivate mutating func removeLastIfAny() { if !isEmpty { removeLast() } }
}
