import Matching

/// An event of flat fields for tests.
struct Event: ExpressibleByDictionaryLiteral, CustomStringConvertible, Sendable {
    indirect enum Value: ExpressibleByStringLiteral, Sendable {
        case text(String)
        case null
        case list([Value])

        init(stringLiteral value: String) { self = .text(value) }

        /// The texts in it.
        var texts: [String] {
            switch self {
            case .text(let text): [text]
            case .null: []
            case .list(let members): members.flatMap(\.texts)
            }
        }
    }

    var fields: [String: Value]

    init(dictionaryLiteral elements: (String, Value)...) {
        fields = Dictionary(elements) { _, last in last }
    }

    init(fields: [String: Value]) { self.fields = fields }

    var description: String { "\(fields)" }

    /// Evaluates a condition as it is written.
    func satisfies(_ predicate: Predicate<String>) -> Bool {
        predicate.evaluate(
            test: { field, test in passes(fields[field], test) },
            compare: { left, relation, right in
                let (texts, others) = (fields[left]?.texts ?? [], fields[right]?.texts ?? [])
                let relates = texts.contains { first in
                    others.contains { second in
                        Array(first.utf8).withUnsafeBytes { first in
                            Array(second.utf8).withUnsafeBytes { relation.relates(first, to: $0) }
                        }
                    }
                }
                return relation.isNegated ? !relates && !texts.isEmpty && !others.isEmpty : relates
            },
            anyValue: { test in fields.values.contains { passes($0, test) } })
    }

    private func passes(_ value: Value?, _ test: ValueTest) -> Bool {
        switch test {
        case .exists: value != nil
        case .given: !(value?.texts.isEmpty ?? true)
        default: value?.texts.contains { Array($0.utf8).withUnsafeBytes { test.matches($0) } } ?? false
        }
    }
}
