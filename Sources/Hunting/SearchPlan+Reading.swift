import Pipeline

/// What searches read, and what of other searches has a part in their rows.
extension SearchPlan {
    /// Whether the search is over events of the archives, and not over a table or risk events.
    var readsEvents: Bool {
        switch source {
        case .table, .rows: false
        case .events, .dataset, .logsource: !readsRisk
        }
    }

    /// Whether the search is over the risk events of the hunt and of the archives.
    var readsRisk: Bool {
        if case .dataset("Risk", let name) = source { name != ArchivedRisk.dataset } else { false }
    }

    /// Whether it, or a search inside it, is over risk events.
    var readsRiskSomewhere: Bool { readsRisk || searchesInside.contains { $0.plan.readsRiskSomewhere } }

    /// Whether its rows are its own: no other search, and nothing but events of the archives, has a part in them.
    var standsAlone: Bool {
        readsEvents && searchesInside.isEmpty && !holdsMap
    }

    /// Whether there may be rows that come from no event that the search itself reads: it begins with others, or appends some.
    var hasOtherRows: Bool {
        if !readsEvents, !readsRisk { return true }
        return holdsMap
            || commands.contains { command in
                switch command {
                case .append, .appendColumns, .appendPipe: true
                default: false
                }
            }
    }

    /// The commands that run searches which are made of rows.
    var maps: [MapSearch] { commands.flatMap(\.maps) }
    var holdsMap: Bool { !maps.isEmpty }
}

extension Command {
    fileprivate var maps: [MapSearch] {
        switch self {
        case .map(let map): [map]
        case .appendPipe(let commands): commands.flatMap(\.maps)
        default: []
        }
    }
}
