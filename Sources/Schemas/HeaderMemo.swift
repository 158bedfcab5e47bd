import Events
import Glibc

/// For each form the header of the last event, as its line wrote it, and the candidates that followed from it.
///
/// Events of one form nearly all have the identifier, the channel and the provider of the one before: comparing the bytes
/// that these follow from takes a fifth of looking their texts up.
final class HeaderMemo {
    /// More places than this are not compared.
    static let placeLimit = 4
    private static let byteLimit = 256

    private struct Place {
        var slot: Int32 = -1
        var length: UInt32 = 0
        var kind = EventValue.Kind.null
    }

    private struct Header {
        var generation: UInt32 = 0
        /// -1 where nothing is remembered.
        var variant: Int32 = -1
        var placeCount: Int32 = 0
        var candidates = DomainMemo.Found()
    }

    // SAFETY: one header for each place of a form, with `placeLimit` places and `byteLimit` bytes; allocated in init, freed in
    // deinit. `remember` writes only what it has found room for.
    private let headers: UnsafeMutablePointer<Header>
    private let places: UnsafeMutablePointer<Place>
    private let bytes: UnsafeMutableRawPointer

    init() {
        headers = .allocate(capacity: EventForms.capacity)
        headers.initialize(repeating: Header(), count: EventForms.capacity)
        places = .allocate(capacity: EventForms.capacity * Self.placeLimit)
        places.initialize(repeating: Place(), count: EventForms.capacity * Self.placeLimit)
        bytes = .allocate(byteCount: EventForms.capacity * Self.byteLimit, alignment: 8)
    }

    deinit {
        headers.deallocate()
        places.deallocate()
        bytes.deallocate()
    }

    /// What followed from the last header of a form, where the event at hand has the same.
    @inline(__always)
    func find(_ form: EventForms.Reference, variant: Int, _ parser: EventParser) -> DomainMemo.Found? {
        let header = headers + form.place
        guard header.pointee.generation == form.generation, Int(header.pointee.variant) == variant else {
            return nil
        }
        var known = bytes + form.place * Self.byteLimit
        let first = places + form.place * Self.placeLimit
        for place in first..<first + Int(header.pointee.placeCount) {
            guard let value = parser.value(of: Int(place.pointee.slot)), value.length == place.pointee.length,
                value.kind == place.pointee.kind, let written = parser.writtenBytes(of: value)?.baseAddress,
                memcmp(written, known, Int(value.length)) == 0
            else { return nil }
            known += Int(value.length)
        }
        return header.pointee.candidates
    }

    /// Remembers what followed from a header, which follows from the values at some slots and from nothing else.
    func remember(
        _ candidates: DomainMemo.Found, slots: [Int32], _ form: EventForms.Reference, variant: Int,
        _ parser: EventParser
    ) {
        headers[form.place].variant = -1
        guard slots.count <= Self.placeLimit else { return }
        let start = form.place * Self.byteLimit
        var end = start
        for (index, slot) in slots.enumerated() {
            guard let value = parser.value(of: Int(slot)), let written = parser.writtenBytes(of: value),
                // What stands in an array or an object is not in its bytes.
                value.kind != .array, value.kind != .object, parser.member(after: value) == nil,
                end + written.count <= start + Self.byteLimit
            else { return }
            if let base = written.baseAddress { (bytes + end).copyMemory(from: base, byteCount: written.count) }
            places[form.place * Self.placeLimit + index] = Place(
                slot: slot, length: value.length, kind: value.kind)
            end += written.count
        }
        headers[form.place] = Header(
            generation: form.generation, variant: Int32(variant), placeCount: Int32(slots.count),
            candidates: candidates)
    }
}
