import Matching
import TestRandom

/// What events of some source can say in a field.
public enum FieldAvailability: Hashable, Sendable {
    case free
    /// Every event of the source has a value.
    case always
    case missing
    case constant(String)
    /// An event has one of these.
    case oneOf([String])
}

/// Makes values of fields with which a condition holds.
///
/// A way through the condition is chosen by chance: one branch where one is enough. What it asks of each field is gathered, a
/// value is made for each, and the whole is evaluated. Ways that ask for what can't be are many; others are tried then.
struct ConditionSolver {
    /// What a way through a condition asks for.
    private struct Demands {
        var fields: [String: ValueMaker.Demand] = [:]
        var anyValue = ValueMaker.Demand()
        /// Values of fields that compare with one another, by the fields' names.
        var relations: [(left: String, relation: FieldRelation, right: String, holds: Bool)] = []
    }

    /// Fields and values beside them, for conditions on any value.
    struct Solution {
        var fields: [String: String]
        var loose: [String]
    }

    let matcher: PlainMatcher
    let availability: (String) -> FieldAvailability
    var random: SeededGenerator

    /// - Parameters:
    ///   - attempts: how many ways are tried.
    ///   - near: a part of the condition that is wanted to fail, but only just.
    /// - Returns: values that this solver thinks fit; whoever knows the whole event has to check.
    mutating func solve(_ predicate: Predicate<String>, failing near: Predicate<String>? = nil) -> Solution? {
        var demands = Demands()
        guard choose(predicate, holds: true, isNear: false, &demands) else { return nil }
        if let near, !choose(near, holds: false, isNear: true, &demands) { return nil }
        var solution = Solution(fields: [:], loose: [])
        var maker = ValueMaker(matcher: matcher, random: SeededGenerator(seed: random.next()))
        for (name, demand) in demands.fields.sorted(by: { $0.key < $1.key }) {
            guard let value = maker.value(demand) else { return nil }
            if case .text(let text) = value { solution.fields[name] = text }
        }
        for test in demands.anyValue.passes {
            let demand = ValueMaker.Demand(passes: [test], fails: demands.anyValue.fails, mayBeMissing: false)
            guard case .text(let text)? = maker.value(demand) else { return nil }
            solution.loose.append(text)
        }
        if demands.anyValue.isNear, !demands.anyValue.fails.isEmpty {
            let demand = ValueMaker.Demand(fails: demands.anyValue.fails, isNear: true)
            if case .text(let text)? = maker.value(demand) { solution.loose.append(text) }
        }
        for (left, relation, right, holds) in demands.relations {
            guard relate(left, relation, right, holds: holds, in: &solution.fields) else { return nil }
        }
        return solution
    }

    /// Whether some event of the source may satisfy the condition, as far as it depends on which fields there are.
    static func isPossible(
        _ predicate: Condition, holds wanted: Bool = true, matcher: PlainMatcher,
        _ availability: (String) -> FieldAvailability
    ) -> Bool {
        func isPossible(_ part: Condition, _ wanted: Bool) -> Bool {
            Self.isPossible(part, holds: wanted, matcher: matcher, availability)
        }
        switch predicate {
        case .constant(let value): return value == wanted
        case .not(let inner): return isPossible(inner, !wanted)
        case .all(let parts):
            return wanted ? parts.allSatisfy { isPossible($0, true) } : parts.contains { isPossible($0, false) }
        case .any(let parts):
            return wanted ? parts.contains { isPossible($0, true) } : parts.allSatisfy { isPossible($0, false) }
        case .field(let name, let test):
            switch availability(name) {
            case .missing: return !wanted
            case .constant(let text): return matcher.passes(text, test) == wanted
            case .oneOf(let texts): return texts.contains { matcher.passes($0, test) == wanted }
            case .free, .always: return true
            }
        case .compare(let left, _, let right):
            return !wanted || (availability(left) != .missing && availability(right) != .missing)
        case .anyValue, .rawText, .deferred: return true
        }
    }

    /// Adds what is asked for along one way; false where there is none.
    private mutating func choose(
        _ predicate: Predicate<String>, holds wanted: Bool, isNear: Bool, _ demands: inout Demands
    ) -> Bool {
        switch predicate {
        case .constant(let value): return value == wanted
        case .not(let inner): return choose(inner, holds: !wanted, isNear: isNear, &demands)
        case .all(let parts):
            return wanted
                ? chooseEach(parts, holds: true, isNear, &demands) : chooseOne(parts, holds: false, isNear, &demands)
        case .any(let parts):
            return wanted
                ? chooseOne(parts, holds: true, isNear, &demands) : chooseEach(parts, holds: false, isNear, &demands)
        case .field(let name, let test):
            var known: String?
            switch availability(name) {
            case .missing: return !wanted
            case .constant(let text): known = text
            case .oneOf(let texts):
                let fitting = texts.filter { matcher.passes($0, test) == wanted }
                guard !fitting.isEmpty else { return false }
                let exact = WildcardPattern(random.pick(fitting), isCaseSensitive: true)
                demands.fields[name, default: ValueMaker.Demand()].passes.append(.equals(exact))
                return true
            case .free, .always: break
            }
            if let known { return matcher.passes(known, test) == wanted }
            var demand = demands.fields[name] ?? ValueMaker.Demand()
            if wanted { demand.passes.append(test) } else { demand.fails.append(test) }
            if isNear, !wanted { demand.isNear = true }
            if availability(name) == .always { demand.mayBeMissing = false }
            demands.fields[name] = demand
            return true
        case .anyValue(let test):
            if wanted { demands.anyValue.passes.append(test) } else { demands.anyValue.fails.append(test) }
            if isNear, !wanted { demands.anyValue.isNear = true }
            return true
        case .compare(let left, let relation, let right):
            demands.relations.append((left, relation, right, wanted))
            return true
        case .rawText, .deferred: return false
        }
    }

    private mutating func chooseEach(
        _ parts: [Predicate<String>], holds wanted: Bool, _ isNear: Bool, _ demands: inout Demands
    ) -> Bool {
        for part in parts where !choose(part, holds: wanted, isNear: isNear, &demands) { return false }
        return true
    }

    private mutating func chooseOne(
        _ parts: [Predicate<String>], holds wanted: Bool, _ isNear: Bool, _ demands: inout Demands
    ) -> Bool {
        for part in parts.shuffled(using: &random) {
            var trial = demands
            if choose(part, holds: wanted, isNear: isNear, &trial) {
                demands = trial
                return true
            }
        }
        return false
    }

    private func relate(
        _ left: String, _ relation: FieldRelation, _ right: String, holds: Bool, in fields: inout [String: String]
    ) -> Bool {
        guard availability(left) == .free, availability(right) == .free else { return !holds }
        if holds == relation.isNegated {
            // Whatever one of them is, the other one is something else.
            if fields[left] == nil { fields[left] = "zq left" }
            if fields[right] == nil { fields[right] = "other right" }
            return true
        }
        switch (fields[left], fields[right]) {
        case (nil, nil):
            fields[left] = "same text"
            fields[right] = "same text"
        case (let text?, nil): fields[right] = text
        case (nil, let text?): fields[left] = relation.kind == .contains ? "x" + text + "x" : text
        case (.some, .some): break
        }
        return true
    }
}
