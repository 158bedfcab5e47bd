import Archives
import Matching
import Pipeline
import Schemas

/// What a later pass over the archives may look for, as far as it is known before the first: the events of a search whose
/// condition waits for another search, or which `map` will make of rows.
///
/// The first pass notes the chunks in which there are such events, and the later one reads no others: most often hardly any.
struct Anticipation: Sendable {
    /// The searches that later ones of this kind belong to.
    private(set) var keys: [SearchResolution.Key]
    let source: SearchPlan.Source
    /// Holds wherever the condition of the later search does. What that turns out to be is held against this once more.
    let filter: Predicate<String>

    /// Chunks are no use to a search that may find an event in any.
    private var isTelling: Bool { filter != .constant(true) || source != .events }

    /// Of searches and of those inside them, in order.
    static func all(of keys: some Sequence<SearchResolution.Key>, in searches: SearchResolution) -> [Anticipation] {
        var found: [Anticipation] = []
        // Of thousands of searches hardly any has something to do with others.
        for key in keys where !key.search.plan.standsAlone {
            for plan in key.search.plan.withSearchesInside {
                if plan.readsEvents, !plan.filter.deferred.isEmpty { found.append(Anticipation(of: key, plan, plan)) }
                for map in plan.maps { found += made(by: map, of: key, in: searches) }
            }
        }
        return found.reduce(into: []) { kinds, one in
            guard one.isTelling else { return }
            if let place = kinds.firstIndex(where: { $0.source == one.source && $0.filter == one.filter }) {
                kinds[place].keys += one.keys
            } else {
                kinds.append(one)
            }
        }
    }

    /// Of the searches that `map` will make of rows. What two values leave as it is, all do; and should others not, this is
    /// seen later. Numbers may stand for times, too.
    private static func made(
        by map: MapSearch, of key: SearchResolution.Key, in searches: SearchResolution
    ) -> [Anticipation] {
        guard let first = searches.search(of: map, for: key, filledWith: "1"),
            let second = searches.search(of: map, for: key, filledWith: "2")
        else { return [] }
        return zip(first.plan.withSearchesInside, second.plan.withSearchesInside).compactMap { plan, other in
            plan.readsEvents && plan.source == other.source ? Anticipation(of: key, plan, other) : nil
        }
    }

    private init(of key: SearchResolution.Key, _ plan: SearchPlan, _ other: SearchPlan) {
        keys = [key]
        source = plan.source
        filter = plan.filter.withoutDeferred.simplified.common(with: other.filter.withoutDeferred.simplified).simplified
    }

    /// Where the fields of the condition come from.
    var view: FieldMap.View { HuntShape.view(of: source) }

    /// Whether the events of a search are among those that this is for.
    func covers(_ plan: SearchPlan) -> Bool { plan.source == source && plan.filter.simplified.implies(filter) }
}

extension SearchPlan {
    fileprivate var withSearchesInside: [SearchPlan] {
        [self] + searchesInside.flatMap(\.plan.withSearchesInside)
    }
}
