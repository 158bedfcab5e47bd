/// The templates of the lines that one parser has seen, bounded in number.
///
/// A line is told by a *mark*, which nearly all lines of one template share and few others have; what decides is the
/// comparison with the template. An order of keys is learnt when it is met a second time. Where lines hardly ever repeat
/// one, learning stops paying and is given up but for a try now and then.
final class LineTemplates {
    private struct Place {
        var mark: UInt64 = 0
        var template: LineTemplate?
    }

    private static let setCount = 64
    private static let ways = 4
    private static let noteCount = 1024
    private static let capacity = setCount * ways

    // SAFETY: allocated in init with the counts above, released in deinit.
    private let places: UnsafeMutablePointer<Place>
    private let notes: UnsafeMutablePointer<UInt32>
    /// What learning may still cost, in templates: it is earned by lines that are recognised.
    private var budget = LineTemplates.capacity
    private var recognised = 0
    private var missed = 0
    private var victim = 0

    init() {
        places = .allocate(capacity: Self.capacity)
        places.initialize(repeating: Place(), count: Self.capacity)
        notes = .allocate(capacity: Self.noteCount)
        notes.initialize(repeating: 0, count: Self.noteCount)
    }

    deinit {
        places.deinitialize(count: Self.capacity)
        places.deallocate()
        notes.deallocate()
    }

    /// What tells the lines of one template from most others: how many operators, and the end of the first key.
    @inline(__always)
    static func mark(of line: LineStructure) -> UInt64 {
        guard line.count > 1, line.positions[1] >= 8 else { return 0 }
        // SAFETY: the eight bytes before an operator that has as many before it.
        let key = UnsafeRawPointer(line.bytes + Int(line.positions[1]) - 8).loadUnaligned(as: UInt64.self)
        let mixed = (key ^ UInt64(truncatingIfNeeded: line.count) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
        return (mixed ^ mixed >> 32) | 1
    }

    /// Calls `follows` with the templates of a mark until it returns true; the one it did so for. It lives until another one
    /// is kept.
    @inline(__always)
    func first(marked mark: UInt64, where follows: (Unmanaged<LineTemplate>) -> Bool) -> Unmanaged<LineTemplate>? {
        if mark == 0 { return nil }
        let start = Int(truncatingIfNeeded: mark >> 1) & (Self.setCount - 1) * Self.ways
        for place in start..<start + Self.ways where places[place].mark == mark {
            guard let template = places[place].template.map({ Unmanaged.passUnretained($0) }), follows(template)
            else { continue }
            earn()
            return template
        }
        missed &+= 1
        if missed & 1023 == 0 { budget = max(budget, 4) }
        return nil
    }

    private func earn() {
        recognised &+= 1
        if recognised & 7 == 0, budget < Self.capacity { budget += 1 }
    }

    /// Whether a line that no template was found for is worth learning: one of its order was seen before.
    ///
    /// Some writers give the keys of each event in an order of its own. A mark does not tell those apart; the lengths of all
    /// keys do.
    func wants(_ line: LineStructure, marked mark: UInt64) -> Bool {
        guard mark != 0, budget > 0 else { return false }
        let note = Self.order(of: line)
        let place = Int(note & UInt32(Self.noteCount - 1))
        if notes[place] == note { return true }
        notes[place] = note
        return false
    }

    /// Keeps a template, in place of another one where its marks' places are taken.
    func keep(_ template: LineTemplate?, marked mark: UInt64) {
        budget -= 1
        guard let template else { return }
        let start = Int(truncatingIfNeeded: mark >> 1) & (Self.setCount - 1) * Self.ways
        victim &+= 1
        let place = (start..<start + Self.ways).first { places[$0].template == nil } ?? start + victim % Self.ways
        places[place] = Place(mark: mark, template: template)
    }

    /// A number that lines with other lengths of keys hardly ever have.
    private static func order(of line: LineStructure) -> UInt32 {
        var order = UInt64(truncatingIfNeeded: line.count)
        for index in 1..<line.count where line.bytes[Int(line.positions[index])] == UInt8(ascii: ":") {
            let length = line.positions[index] &- line.positions[index - 1]
            order = (order ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
            order ^= order >> 32
        }
        return UInt32(truncatingIfNeeded: order) | 1
    }
}
