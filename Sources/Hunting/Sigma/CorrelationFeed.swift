import SPL
import Schemas

/// Whether archives hold what a correlation needs.
extension CorrelationSearch {
    /// What each of its searches needs, in their order, those of inner correlations included.
    func needs(schema: Schema) -> [RuleNeeds] {
        sources.flatMap { source -> [RuleNeeds] in
            switch source.matches {
            case .search(let search):
                return [RuleNeeds(search.plan, adding: columnsOfMatches(of: source), schema: schema)]
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
        let isEnough = mayFind(where: parts.map { $0?.isFed ?? true })
        let known = parts.compactMap(\.self)
        return known.first { $0.isFed == isEnough } ?? known.first
    }
}
