/// How many of a correlation's rules match in the window in the order in which it names them.
struct RuleChains {
    private let ruleCount: Int
    /// Whether rules may be missing between those that match; else a chain holds the first rules, without a gap.
    private let mayLeaveOut: Bool
    /// The latest time at which a chain can have begun, by its length and the rule that it ends with; row after row of all
    /// rules, the row of chains of one rule first. Without gaps only the rule tells, as it tells the length.
    private var begins: [Int64?]

    /// - Parameter mayLeaveOut: takes room and time for the square of the rules.
    init(rules: Int = 0, mayLeaveOut: Bool = false) {
        ruleCount = rules
        self.mayLeaveOut = mayLeaveOut
        begins = Array(repeating: nil, count: mayLeaveOut ? rules * rules : rules)
    }

    /// A rule matches, no earlier than those before.
    mutating func enter(_ rule: Int, at time: Int64) {
        guard mayLeaveOut else {
            begins[rule] = rule == 0 ? time : begins[rule - 1]
            return
        }
        begins[rule] = time
        guard rule > 0 else { return }
        for length in 1...rule {
            let shorter = begins[(length - 1) * ruleCount..<(length - 1) * ruleCount + rule]
            guard let latest = shorter.lazy.compactMap(\.self).max() else { break }
            begins[length * ruleCount + rule] = latest
        }
    }

    /// Forgets chains that began earlier.
    mutating func forget(before time: Int64) {
        for index in begins.indices where begins[index].map({ $0 < time }) ?? false { begins[index] = nil }
    }

    /// The number of rules in the longest chain.
    var longest: Int {
        guard let last = begins.lastIndex(where: { $0 != nil }) else { return 0 }
        return mayLeaveOut ? last / ruleCount + 1 : last + 1
    }
}
