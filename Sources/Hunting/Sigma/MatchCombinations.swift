import Sigma
import Values

/// Takes matches whose fields have several values, as an array's members are, into the group of each value, and each value
/// into what is counted or added up there: every combination where several fields have several.
struct MatchCombinations {
    /// How many groups one match may be in: what an event holds must not decide how much there is to do.
    static let groupLimit = 1_000
    /// How many values one match may have, in all groups together.
    static let limit = 10_000

    private let kind: CorrelationKind
    /// Matches with more combinations than the limits, of which the first ones were taken.
    private(set) var cutMatches = 0

    init(kind: CorrelationKind) {
        self.kind = kind
    }

    /// Adds a match to the groups that its cells tell; to none where one of them is missing.
    ///
    /// - Parameters:
    ///   - match: all that is known of it but its group and values.
    ///   - groupBy: the cells of the group-by fields.
    ///   - cells: those of the fields that the condition looks at.
    mutating func append(
        _ match: CorrelatedMatches.Match, groupBy: [Value], values cells: [Value], to matches: inout CorrelatedMatches
    ) throws(StorageError) {
        var match = match
        let keys = groupBy.map(\.texts)
        let texts = kind.readsValues ? cells.map(\.texts) : []
        if keys.allSatisfy({ $0.count == 1 }), texts.allSatisfy({ $0.count == 1 }) {
            match.group = keys.map { $0[0] }
            match.values = texts.map { $0[0] }
            try matches.append(match)
            return
        }
        var isCut = false
        let groups = Self.combinations(keys.map(\.unique), limit: Self.groupLimit, isCut: &isCut)
        guard !groups.isEmpty else { return }
        // Equal numbers are added up as often as they are there.
        var values = Self.combinations(
            kind == .valueCount ? texts.map(\.unique) : texts, limit: Self.limit / groups.count, isCut: &isCut)
        // A match without values is one all the same.
        if values.isEmpty { values = [[]] }
        for group in groups {
            match.group = group
            for value in values {
                match.values = value
                try matches.append(match)
            }
        }
        if isCut { cutMatches += 1 }
    }

    /// Every choice of one text of each field, the last field's changing fastest; none where a field has no text.
    private static func combinations(_ fields: [[Text]], limit: Int, isCut: inout Bool) -> [[Text]] {
        if fields.contains(where: \.isEmpty) { return [] }
        var found: [[Text]] = []
        var places = Array(repeating: 0, count: fields.count)
        while found.count < limit {
            found.append(zip(fields, places).map { $0[$1] })
            guard let turning = fields.indices.last(where: { places[$0] + 1 < fields[$0].count }) else { return found }
            places[turning] += 1
            for place in (turning + 1)..<places.count { places[place] = 0 }
        }
        isCut = true
        return found
    }
}
