import SPL
import Schemas
import Sigma

/// Whether archives hold what a correlation needs.
extension CorrelationSearch {
    /// What each of its searches needs, in their order, those of inner correlations included.
    func needs(schema: Schema) -> [RuleNeeds] {
        sources.flatMap { source -> [RuleNeeds] in
            switch source.matches {
            case .search(let search):
                // A match without a value of these is none.
                let columns = source.groupBy + (needsValues ? source.values : [])
                return [RuleNeeds(search.plan, adding: columns, schema: schema)]
            case .correlation(let inner): return inner.needs(schema: schema)
            }
        }
    }

    /// The one of its searches' feeds that tells whether the correlation could find anything: of those that have what they need
    /// where these are enough, else of the others.
    ///
    /// - Parameter feeds: in the order of ``needs(schema:)``; they are taken from it.
    func feed(_ feeds: inout ArraySlice<RuleFeed>) -> RuleFeed? {
        let parts = sources.map { source in
            switch source.matches {
            case .search: feeds.popFirst()
            case .correlation(let inner): inner.feed(&feeds)
            }
        }
        let isFed = parts.map { $0?.isFed ?? true }
        let isEnough = kind.isTemporal ? condition.mayHold(where: isFed) : isFed.contains(true)
        let known = parts.compactMap(\.self)
        return known.first { $0.isFed == isEnough } ?? known.first
    }
}
