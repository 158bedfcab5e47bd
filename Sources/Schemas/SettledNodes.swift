import Events

/// Which nodes of a field map are left to be looked at for events of one template.
///
/// The template of a line says which keys the event has and which not. A field that may stand in a dozen places, of which
/// the event has one, is then a look at that one; a field that stands in none is missing. A node is settled when it is
/// first asked for in an event of the template, and stays so for all of them. Bounded: templates take the rows of others.
final class SettledNodes {
    typealias Row = UnsafeMutablePointer<Int32>

    /// What has not been settled.
    static let open: Int32 = -2

    /// How much all rows may take, in bytes.
    private static let memory = 8 << 20

    private struct Owner {
        var generation: UInt32 = 0
        var row: Int32 = -1
    }

    private let nodeCount: Int
    private let rowCount: Int
    // SAFETY: one owner for each place of a template, one block for all rows; allocated in init, freed in deinit. Rows are
    // less than `rowCount`, and indices in a row are nodes of the map.
    private let owners: UnsafeMutablePointer<Owner>
    private let rows: UnsafeMutablePointer<Int32>
    /// The place that each row was given to, or -1.
    private let tenants: UnsafeMutablePointer<Int32>
    private var next = 0

    init(nodeCount: Int) {
        self.nodeCount = nodeCount
        rowCount = max(1, min(LineTemplates.capacity, Self.memory / max(1, 4 * nodeCount)))
        owners = .allocate(capacity: LineTemplates.capacity)
        owners.initialize(repeating: Owner(), count: LineTemplates.capacity)
        rows = .allocate(capacity: max(1, rowCount * nodeCount))
        tenants = .allocate(capacity: rowCount)
        tenants.initialize(repeating: -1, count: rowCount)
    }

    deinit {
        owners.deallocate()
        rows.deallocate()
        tenants.deallocate()
    }

    /// The row of a template: for each node the one to look at in its stead, -1 where it has no value, `open`
    /// where that is not known yet.
    @inline(__always)
    func row(for template: LineTemplates.Reference) -> Row {
        let owner = owners + template.place
        if owner.pointee.row >= 0, owner.pointee.generation == template.generation {
            return rows + Int(owner.pointee.row) * nodeCount
        }
        return newRow(for: template)
    }

    private func newRow(for template: LineTemplates.Reference) -> Row {
        var row = Int(owners[template.place].row)
        if row < 0 {
            row = next
            next = (next + 1) % rowCount
            if tenants[row] >= 0 { owners[Int(tenants[row])].row = -1 }
            tenants[row] = Int32(template.place)
        }
        owners[template.place] = Owner(generation: template.generation, row: Int32(row))
        (rows + row * nodeCount).initialize(repeating: Self.open, count: nodeCount)
        return rows + row * nodeCount
    }
}

extension EventReader {
    /// The node to look at in the stead of one: the same in what it finds in every event with the keys of this one.
    @inline(__always)
    func settled(_ place: Int32) -> Int32 {
        guard let row = settledRow, place >= 0 else { return place }
        let known = row[Int(place)]
        return known == SettledNodes.open ? settle(place, row) : known
    }

    private func settle(_ place: Int32, _ row: SettledNodes.Row) -> Int32 {
        let found = settle(tables.nodes.baseAddress! + Int(place), place, row)
        row[Int(place)] = found
        return found
    }

    private func settle(
        _ node: UnsafeMutablePointer<ReaderTables.Node>, _ place: Int32, _ row: SettledNodes.Row
    ) -> Int32 {
        let children = node.pointee.children
        func settledChild(_ index: Int) -> Int32 { settled(tables.numbers[index]) }
        func has(_ slot: Int32) -> Bool { slot >= 0 && parser.value(of: Int(slot)) != nil }
        switch node.pointee.operation {
        case .text, .value, .channelOfSource: return has(node.pointee.slot) ? place : -1
        case .pair: return has(node.pointee.second) ? place : -1
        case .there: return children.indices.contains { has(tables.numbers[$0]) } ? place : -1
        case .first, .firstThere:
            var only: Int32 = -1
            for index in children.indices {
                let child = settledChild(index)
                if child < 0 { continue }
                if only >= 0 { return place }
                only = child
            }
            return only
        case .all, .values: return children.indices.contains { settledChild($0) >= 0 } ? place : -1
        case .joined, .same: return children.indices.contains { settledChild($0) < 0 } ? -1 : place
        case .constant, .dataElement: return place
        // All others make something of what their first child has, and nothing of nothing.
        default: return settledChild(Int(children.start)) < 0 ? -1 : place
        }
    }
}
