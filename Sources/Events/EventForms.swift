/// The forms of the events that one parser has seen, bounded in number.
///
/// Two events are of one form when they have values in the same places: which keys they have, not in what order, and not what
/// the values are. What a field is read from depends on nothing else, so that it need be found out once for each form.
///
/// A form is told by a hash of its parts; what decides is the comparison of all of them. It is kept when it is met a second
/// time. Where events hardly ever repeat a form, keeping stops paying and is given up but for a try now and then.
public final class EventForms {
    /// A form by its place, which others take over in time; the generation tells them apart.
    public struct Reference: Equatable, Sendable {
        /// From 0, below `capacity`.
        public var place: Int
        /// The number of the form among all that were kept.
        public var generation: UInt32
    }

    /// A slot that has a value, and of which kind.
    struct Part: Equatable {
        var slot: Int32
        var kind: Kind

        enum Kind: UInt8 {
            case scalar
            /// An object that is not empty, or an array that begins with an object.
            case objects
            case emptyObject, otherArray
        }

        var hash: UInt64 {
            let number = UInt64(truncatingIfNeeded: slot) << 2 | UInt64(kind.rawValue)
            let mixed = (number &+ 1) &* 0x9E37_79B9_7F4A_7C15
            return (mixed ^ mixed >> 29) &* 0xD6E8_FEB8_6659_FD93
        }
    }

    private struct Place {
        var hash: UInt64 = 0
        /// 0 where the place is free.
        var generation: UInt32 = 0
        var partCount: Int32 = 0
        var traits: UInt8 = 0
    }

    private static let setCount = 64
    private static let ways = 4
    private static let noteCount = 1024
    /// How many forms there are at most.
    public static let capacity = setCount * ways
    /// Events with more values have no form.
    static let partLimit = 256

    // SAFETY: allocated in init with the counts above, freed in deinit; a form has at most `partLimit` parts.
    private let places: UnsafeMutablePointer<Place>
    private let parts: UnsafeMutablePointer<Part>
    private let notes: UnsafeMutablePointer<UInt32>
    /// What keeping may still cost, in forms: it is earned by events whose form is known.
    private var budget = EventForms.capacity
    private var known = 0
    private var unknown = 0
    private var generation: UInt32 = 0
    private var victim = 0

    init() {
        places = .allocate(capacity: Self.capacity)
        places.initialize(repeating: Place(), count: Self.capacity)
        parts = .allocate(capacity: Self.capacity * Self.partLimit)
        notes = .allocate(capacity: Self.noteCount)
        notes.initialize(repeating: 0, count: Self.noteCount)
    }

    deinit {
        places.deallocate()
        parts.deallocate()
        notes.deallocate()
    }

    /// Whether a form is still the one in its place.
    @inline(__always)
    func isKept(_ form: Reference) -> Bool { places[form.place].generation == form.generation }

    /// The form that has some parts, in whatever order, each once.
    ///
    /// - Parameters:
    ///   - traits: what else tells events apart.
    ///   - isKnown: whether the event has a part.
    func form(
        of found: UnsafeBufferPointer<Part>, traits: UInt8, where isKnown: (Part) -> Bool
    ) -> Reference? {
        var hash = UInt64(traits) &* 0x2545_F491_4F6C_DD1D &+ UInt64(found.count)
        for part in found { hash &+= part.hash }
        let start = Int(truncatingIfNeeded: hash >> 7) & (Self.setCount - 1) * Self.ways
        for index in start..<start + Self.ways where places[index].hash == hash {
            let place = places[index]
            guard place.generation > 0, place.traits == traits, Int(place.partCount) == found.count else { continue }
            // As many parts as there are, each once, and all of them known: the same ones.
            let own = UnsafeBufferPointer(start: parts + index * Self.partLimit, count: found.count)
            guard own.allSatisfy(isKnown) else { continue }
            known &+= 1
            if known & 15 == 0, budget < Self.capacity { budget += 1 }
            return Reference(place: index, generation: place.generation)
        }
        return keep(found, traits: traits, hash: hash, from: start)
    }

    private func keep(
        _ found: UnsafeBufferPointer<Part>, traits: UInt8, hash: UInt64, from start: Int
    ) -> Reference? {
        unknown &+= 1
        if unknown & 1023 == 0 { budget = max(budget, 4) }
        let note = UInt32(truncatingIfNeeded: hash >> 32)
        let noted = Int(note & UInt32(Self.noteCount - 1))
        guard budget > 0, found.count <= Self.partLimit else { return nil }
        guard notes[noted] == note else {
            notes[noted] = note
            return nil
        }
        budget -= 1
        victim &+= 1
        let index = (start..<start + Self.ways).first { places[$0].generation == 0 } ?? start + victim % Self.ways
        generation = max(1, generation &+ 1)
        places[index] = Place(
            hash: hash, generation: generation, partCount: Int32(found.count), traits: traits)
        if let base = found.baseAddress { (parts + index * Self.partLimit).initialize(from: base, count: found.count) }
        return Reference(place: index, generation: generation)
    }
}
