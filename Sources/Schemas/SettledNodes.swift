import Events

/// Which nodes of a field map are left to be looked at for events of one form.
///
/// The form of an event says which keys the event has and which not. A field that may stand in a dozen places, of which
/// the event has one, is then a look at that one; a field that stands in none is missing. A node is settled when it is
/// first asked for in an event of the form, and stays so for all of them.
///
/// A map with all rules has fifty thousand nodes, of which one form's events are asked for some hundreds that stand together:
/// a form has a row of page numbers, and only pages on which something is settled take room. Bounded: when there is no
/// page left, all is forgotten. Whole rows, of which a bound of as much memory held twenty, were made anew for every
/// seventieth event then; without that such a hunt takes three hundredths less.
final class SettledNodes {
    struct Entry {
        /// The node to look at in this one's stead, -1 where it has no value; `open` where it is not settled.
        var node = SettledNodes.open
        /// The only slot that what the node has follows from, -1 where it is always the same, `several` for more; `open` where
        /// it is not settled.
        var leaf = SettledNodes.open
    }

    /// The page of each run of nodes; 0 is the one on which nothing is settled.
    typealias Row = UnsafeMutablePointer<UInt16>

    static let several: Int32 = -2
    static let open: Int32 = -3

    /// Nodes of a page.
    private static let pageSize = 32
    /// How many pages there are, 256 bytes each.
    private static let mostPages = 16 << 10

    private struct Owner {
        var generation: UInt32 = 0
        var isKnown = false
    }

    private let rowLength: Int
    private let pageLimit: Int
    // SAFETY: one owner and one row for each place of a form, `pageLimit` pages and one that stays open; allocated in init,
    // freed in deinit. A row has a number below `pageCount` for each page of the map's nodes.
    private let owners: UnsafeMutablePointer<Owner>
    private let rows: Row
    private let entries: UnsafeMutablePointer<Entry>
    private var pageCount = 1

    init(nodeCount: Int, mostPages: Int = SettledNodes.mostPages) {
        rowLength = (nodeCount + Self.pageSize - 1) / Self.pageSize
        pageLimit = max(2, min(mostPages, 1 + rowLength * EventForms.capacity))
        owners = .allocate(capacity: EventForms.capacity)
        owners.initialize(repeating: Owner(), count: EventForms.capacity)
        rows = .allocate(capacity: max(1, EventForms.capacity * rowLength))
        entries = .allocate(capacity: pageLimit * Self.pageSize)
        entries.initialize(repeating: Entry(), count: Self.pageSize)
    }

    deinit {
        owners.deallocate()
        rows.deallocate()
        entries.deallocate()
    }

    /// The row of a form.
    @inline(__always)
    func row(for form: EventForms.Reference) -> Row {
        let owner = owners + form.place
        let row = rows + form.place * rowLength
        if !owner.pointee.isKnown || owner.pointee.generation != form.generation {
            owner.pointee = Owner(generation: form.generation, isKnown: true)
            row.initialize(repeating: 0, count: rowLength)
        }
        return row
    }

    /// What is settled of a node.
    @inline(__always)
    func entry(_ node: Int32, in row: Row) -> Entry {
        entries[Int(row[Int(node) / Self.pageSize]) * Self.pageSize + Int(node) % Self.pageSize]
    }

    /// Where to write what is settled of a node.
    func place(_ node: Int32, in row: Row) -> UnsafeMutablePointer<Entry> {
        let page = row + Int(node) / Self.pageSize
        if page.pointee == 0 {
            if pageCount == pageLimit { forget(allBut: row) }
            page.pointee = UInt16(pageCount)
            (entries + pageCount * Self.pageSize).initialize(repeating: Entry(), count: Self.pageSize)
            pageCount += 1
        }
        return entries + Int(page.pointee) * Self.pageSize + Int(node) % Self.pageSize
    }

    /// Begins anew; a row stays one, with nothing in it, as it belongs to the event at hand.
    private func forget(allBut row: Row) {
        for place in 0..<EventForms.capacity where rows + place * rowLength != row { owners[place].isKnown = false }
        row.initialize(repeating: 0, count: rowLength)
        pageCount = 1
    }
}

extension EventReader {
    /// The node to look at in the stead of one: the same in what it finds in every event with the keys of this one.
    @inline(__always)
    func settled(_ place: Int32) -> Int32 {
        guard let row = settledRow, place >= 0 else { return place }
        let known = settledNodes.entry(place, in: row).node
        return known == SettledNodes.open ? settle(place, row) : known
    }

    private func settle(_ place: Int32, _ row: SettledNodes.Row) -> Int32 {
        let found = parser.withoutNotes { settle(tables.nodes.baseAddress! + Int(place), place) }
        settledNodes.place(place, in: row).pointee.node = found
        return found
    }

    private func settle(_ node: UnsafeMutablePointer<ReaderTables.Node>, _ place: Int32) -> Int32 {
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
        let known = settledNodes.entry(place, in: row).leaf
        if known != SettledNodes.open { return known }
        let leaf = findLeaf(tables.nodes.baseAddress! + Int(place))
        settledNodes.place(place, in: row).pointee.leaf = leaf
        return leaf
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
