import Events

/// Which nodes of a field map are left to be looked at for events of one form.
///
/// The form of an event says which keys the event has and which not. A field that may stand in a dozen places, of which
/// the event has one, is then a look at that one; a field that stands in none is missing. A node is settled when it is
/// first asked for in an event of the form, and stays so for all of them. Bounded: forms take the rows of others.
final class SettledNodes {
    struct Entry {
        /// The node to look at in this one's stead, -1 where it has no value; `open` where it is not settled.
        var node = SettledNodes.open
        /// The only slot that what the node has follows from, -1 where it is always the same, `several` for more; `open` where
        /// it is not settled.
        var leaf = SettledNodes.open
    }

    typealias Row = UnsafeMutablePointer<Entry>

    static let several: Int32 = -2
    static let open: Int32 = -3

    /// How much all rows may take, in bytes.
    private static let memory = 8 << 20

    private struct Owner {
        var generation: UInt32 = 0
        var row: Int32 = -1
    }

    private let nodeCount: Int
    private let rowCount: Int
    // SAFETY: one owner for each place of a form, one block for all rows; allocated in init, freed in deinit. Rows are
    // less than `rowCount`, and indices in a row are nodes of the map.
    private let owners: UnsafeMutablePointer<Owner>
    private let rows: Row
    /// The place that each row was given to, or -1.
    private let tenants: UnsafeMutablePointer<Int32>
    private var next = 0

    init(nodeCount: Int) {
        self.nodeCount = nodeCount
        rowCount = max(1, min(EventForms.capacity, Self.memory / max(1, MemoryLayout<Entry>.stride * nodeCount)))
        owners = .allocate(capacity: EventForms.capacity)
        owners.initialize(repeating: Owner(), count: EventForms.capacity)
        rows = .allocate(capacity: max(1, rowCount * nodeCount))
        tenants = .allocate(capacity: rowCount)
        tenants.initialize(repeating: -1, count: rowCount)
    }

    deinit {
        owners.deallocate()
        rows.deallocate()
        tenants.deallocate()
    }

    /// The row of a form: an entry for each node.
    @inline(__always)
    func row(for form: EventForms.Reference) -> Row {
        let owner = owners + form.place
        if owner.pointee.row >= 0, owner.pointee.generation == form.generation {
            return rows + Int(owner.pointee.row) * nodeCount
        }
        return newRow(for: form)
    }

    private func newRow(for form: EventForms.Reference) -> Row {
        var row = Int(owners[form.place].row)
        if row < 0 {
            row = next
            next = (next + 1) % rowCount
            if tenants[row] >= 0 { owners[Int(tenants[row])].row = -1 }
            tenants[row] = Int32(form.place)
        }
        owners[form.place] = Owner(generation: form.generation, row: Int32(row))
        (rows + row * nodeCount).initialize(repeating: Entry(), count: nodeCount)
        return rows + row * nodeCount
    }
}

extension EventReader {
    /// The node to look at in the stead of one: the same in what it finds in every event with the keys of this one.
    @inline(__always)
    func settled(_ place: Int32) -> Int32 {
        guard let row = settledRow, place >= 0 else { return place }
        let known = row[Int(place)].node
        return known == SettledNodes.open ? settle(place, row) : known
    }

    private func settle(_ place: Int32, _ row: SettledNodes.Row) -> Int32 {
        let found = parser.withoutNotes { settle(tables.nodes.baseAddress! + Int(place), place, row) }
        row[Int(place)].node = found
        return found
    }

    private func settle(
        _ node: UnsafeMutablePointer<ReaderTables.Node>, _ place: Int32, _ row: SettledNodes.Row
    ) -> Int32 {
        let children = node.pointee.children
        func settledChild(_ index: Int) -> Int32 { settled(tables.numbers[index]) }
        func has(_ slot: Int32) -> Bool { slot >= 0 && parser.has(Int(slot)) }
        switch node.pointee.operation {
        case .text, .value, .channelOfSource: return has(node.pointee.slot) ? place : -1
        case .pair: return has(node.pointee.second) ? place : -1
        case .named: return has(node.pointee.slot) && has(node.pointee.second) ? place : -1
        case .there: return children.indices.contains { has(tables.numbers[$0]) } ? place : -1
        // Whether an object or a text stands in a slot is the same in all events of a form, too.
        case .orObject: return objectValue(node.pointee) == nil ? settledChild(Int(children.start)) : place
        case .first, .firstThere:
            var only: Int32 = -1
            for index in children.indices {
                let child = settledChild(index)
                if child < 0 { continue }
                if only >= 0 { return place }
                only = child
            }
            return only
        case .all, .sum, .values: return children.indices.contains { settledChild($0) >= 0 } ? place : -1
        case .joined, .same: return children.indices.contains { settledChild($0) < 0 } ? -1 : place
        case .constant, .dataElement: return place
        // All others make something of what their first child has, and nothing of nothing.
        default: return settledChild(Int(children.start)) < 0 ? -1 : place
        }
    }

    // MARK: Leaves

    /// The slot that all that a settled node has follows from, -1 where it is always the same; `several` where it takes more
    /// than one, or where that is not known.
    func leaf(of place: Int32) -> Int32 {
        guard let row = settledRow else { return SettledNodes.several }
        guard place >= 0 else { return -1 }
        if row[Int(place)].leaf == SettledNodes.open {
            row[Int(place)].leaf = findLeaf(tables.nodes.baseAddress! + Int(place))
        }
        return row[Int(place)].leaf
    }

    private func findLeaf(_ node: UnsafeMutablePointer<ReaderTables.Node>) -> Int32 {
        let children = node.pointee.children
        switch node.pointee.operation {
        case .text, .value, .channelOfSource: return node.pointee.slot
        case .pair: return Self.joined(node.pointee.slot, node.pointee.second)
        // Which keys there are is the same in all events of a form.
        case .constant, .there: return -1
        case .dataElement, .orObject, .named: return SettledNodes.several
        default:
            var leaf: Int32 = -1
            for index in children.indices { leaf = Self.joined(leaf, self.leaf(of: settled(tables.numbers[index]))) }
            for index in node.pointee.conditions.indices {
                let condition = tables.conditions[index]
                leaf = Self.joined(leaf, condition.slot >= 0 ? condition.slot : self.leaf(of: settled(condition.node)))
            }
            return leaf
        }
    }

    /// Adds the slots that all that a settled node has follows from; false where they are not known.
    func add(leavesOf place: Int32, to slots: inout [Int32]) -> Bool {
        guard place >= 0 else { return true }
        let leaf = leaf(of: place)
        guard leaf == SettledNodes.several else {
            if leaf >= 0, !slots.contains(leaf) { slots.append(leaf) }
            return true
        }
        let node = tables.nodes[Int(place)]
        switch node.operation {
        // Only what takes its children as they are: of all others it is enough to know that they are not known.
        case .first, .firstThere, .mapped:
            return node.children.indices.allSatisfy { add(leavesOf: settled(tables.numbers[$0]), to: &slots) }
        default: return false
        }
    }

    private static func joined(_ left: Int32, _ right: Int32) -> Int32 {
        if left == -1 || left == right { return right }
        return right == -1 ? left : SettledNodes.several
    }
}
