public import Values

extension [Value] {
    /// Makes a row so many columns wide, with missing values in the new ones.
    mutating func pad(to width: Int) {
        guard count < width else { return }
        makeRoom(for: width)
        while count < width { append(.missing) }
    }

    /// Gives a row room for so many columns and a few that may follow. Growing by doubling would leave much of it empty,
    /// and growing by one at a time leaves holes that no row fits in any more, where there are hundreds of thousands.
    mutating func makeRoom(for width: Int) {
        if capacity < width { reserveCapacity((width + 7) & ~7) }
    }
}

extension RowSet {
    /// Gives the rows columns behind those that they have.
    mutating func widen(to names: [String]) {
        let added = names.count > columns.count
        columns = names
        guard added else { return }
        for row in rows.indices { rows[row].pad(to: names.count) }
    }

    /// Takes columns out, given by their places, the last first.
    mutating func drop(_ places: [Int]) {
        guard !places.isEmpty else { return }
        for place in places { columns.remove(at: place) }
        for row in rows.indices {
            for place in places { rows[row].remove(at: place) }
        }
    }

    /// Takes the columns out that no row has a value in: to a search they are fields that do not exist.
    public mutating func dropEmptyColumns() {
        drop(columns.indices.filter { place in rows.allSatisfy { $0[place].isMissing } }.reversed())
    }
}
