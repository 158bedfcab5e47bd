/// How selections are joined.
public indirect enum SigmaCondition: Hashable, Sendable {
    case selection(String)
    /// At least so many of the selections whose names fit; `nil` for all of them.
    case some(Int?, of: Names)
    case all([SigmaCondition])
    case any([SigmaCondition])
    case not(SigmaCondition)

    /// Which selections a condition like `1 of …` means.
    public enum Names: Hashable, Sendable {
        /// All but those that begin with an underscore.
        case them
        /// A name in which `*` stands for any run of characters. One that does not itself begin with an underscore means
        /// no name that does.
        case pattern(String)

        /// Those of the names that fit, in their order.
        public func filter(_ names: [String]) -> [String] {
            switch self {
            case .them: names.filter { !$0.utf8.starts(with: "_".utf8) }
            case .pattern(let pattern):
                names.filter { name in
                    Self.fits(name, pattern)
                        && (pattern.utf8.starts(with: "_".utf8) || !name.utf8.starts(with: "_".utf8))
                }
            }
        }

        /// Whether a name is a pattern's, in which `*` stands for any run of characters.
        public static func fits(_ name: String, _ pattern: String) -> Bool {
            fits(Array(name.utf8), Array(pattern.utf8))
        }

        /// Byte by byte, with a step back to the last `*` where a run turns out too short.
        private static func fits(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
            let star = UInt8(ascii: "*")
            var place = 0
            var index = 0
            var retry: (index: Int, place: Int)?
            while place < name.count {
                if index < pattern.count, pattern[index] == star {
                    index += 1
                    retry = (index, place)
                } else if index < pattern.count, pattern[index] == name[place] {
                    index += 1
                    place += 1
                } else if let last = retry {
                    index = last.index
                    place = last.place + 1
                    retry = (index, place)
                } else {
                    return false
                }
            }
            return pattern[index...].allSatisfy { $0 == star }
        }

        var text: String {
            switch self {
            case .them: "them"
            case .pattern(let pattern): pattern
            }
        }
    }
}

/// What the matches of a rule are counted by, as conditions said it before there were correlations.
public enum SigmaAggregation: Hashable, Sendable {
    /// `count(field) by other > 5` and the like.
    case statistic(Statistic)
    /// The other selections match within the timeframe, too, and those that are left out do not.
    case near([String], without: [String])

    /// A count, sum or the like over the matches of one rule, and the bound that it has to pass.
    public struct Statistic: Hashable, Sendable {
        /// Never temporal: only one rule matches.
        public var kind: CorrelationKind
        /// `nil` for a count of events.
        public var field: String?
        /// The matches of one group share the values of these; none for one group.
        public var groupBy: [String]
        /// What the number has to be for the rule to find something.
        public var bound: CorrelationCondition.Bound

        /// - Parameter field: `nil` for a count of events.
        public init(
            kind: CorrelationKind, field: String?, groupBy: [String], bound: CorrelationCondition.Bound
        ) {
            self.kind = kind
            self.field = field
            self.groupBy = groupBy
            self.bound = bound
        }
    }
}
