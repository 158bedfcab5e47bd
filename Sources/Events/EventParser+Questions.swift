// What was asked of an event, so that what followed from the answers can be remembered for events that give the same.
//
// Events of one form have values in the same places: all else that they tell stands in these. Who has noted which of them were
// asked for knows all that an outcome depends on.
extension EventParser {
    /// Something that an event of a known form may be asked, as a number from 0: for the value of a slot as it stands in the line,
    /// or only for whether there is text in it.
    public struct Question: Equatable, Sendable {
        /// Twice the slot, and one more where only its text is asked for.
        public let number: Int32

        /// A question that was noted by its number.
        public init(number: Int32) { self.number = number }

        init(value slot: EventLayout.Slot) { number = Int32(truncatingIfNeeded: slot) << 1 }
        init(text slot: EventLayout.Slot) { number = Int32(truncatingIfNeeded: slot) << 1 | 1 }

        var slot: EventLayout.Slot { Int(number >> 1) }
        var isOfText: Bool { number & 1 == 1 }
    }

    /// Events that are asked more than this are not remembered.
    static let questionLimit = 64

    /// The questions of the event at hand.
    struct Questions {
        /// For each question that there may be, the event that it was asked last.
        // SAFETY: both are allocated in init with two entries for each slot, and `questionLimit`; the parser deallocates them.
        private let stamps: UnsafeMutablePointer<UInt32>
        private let asked: UnsafeMutablePointer<Question>
        private var count = 0
        private var isComplete = true
        private var turn: UInt32 = 0
        private let stampCount: Int

        init(slotCount: Int) {
            stampCount = 2 * slotCount
            stamps = .allocate(capacity: stampCount)
            stamps.initialize(repeating: 0, count: stampCount)
            asked = .allocate(capacity: EventParser.questionLimit)
        }

        func deallocate() {
            stamps.deallocate()
            asked.deallocate()
        }

        mutating func begin() {
            turn &+= 1
            if turn == 0 {
                stamps.update(repeating: 0, count: stampCount)
                turn = 1
            }
            count = 0
            isComplete = true
        }

        mutating func add(_ question: Question) {
            guard stamps[Int(question.number)] != turn else { return }
            stamps[Int(question.number)] = turn
            guard count < EventParser.questionLimit else {
                isComplete = false
                return
            }
            asked[count] = question
            count += 1
        }

        mutating func giveUp() { isComplete = false }

        /// In the order in which they were first asked; `nil` where they are not all that was.
        var all: UnsafeBufferPointer<Question>? {
            isComplete ? UnsafeBufferPointer(start: asked, count: count) : nil
        }
    }

    /// Has what is asked of the event at hand noted from now on. It must be of a known form.
    public func beginNotes() {
        questions.pointee.begin()
        current.pointee.isNoted = true
    }

    /// Ends the notes. The questions that were asked, each once; `nil` where the outcome depends on more than their answers.
    /// Valid until the next notes.
    public func endNotes() -> UnsafeBufferPointer<Question>? {
        current.pointee.isNoted = false
        return questions.pointee.all
    }

    /// Has something done of which nothing is noted, as it is the same in all events of the form.
    @inline(__always)
    public func withoutNotes<Outcome>(_ work: () -> Outcome) -> Outcome {
        let isNoted = current.pointee.isNoted
        current.pointee.isNoted = false
        defer { current.pointee.isNoted = isNoted }
        return work()
    }

    /// Notes that something was asked which is no answer to a question: the line as a whole.
    @inline(__always)
    public func noteWhole() {
        if current.pointee.isNoted { questions.pointee.giveUp() }
    }

    @usableFromInline
    func note(_ value: EventValue, of slot: EventLayout.Slot) {
        guard value.next == 0, value.base == .line else { return questions.pointee.giveUp() }
        questions.pointee.add(Question(value: slot))
    }

    @usableFromInline
    func noteText(in slot: EventLayout.Slot) { questions.pointee.add(Question(text: slot)) }

    /// What the event at hand answers; `nil` where that does not stand in one place of the line. Valid until the next event.
    public func answer(to question: Question) -> (text: UnsafeRawBufferPointer, kind: EventValue.Kind)? {
        let value = values[question.slot]
        guard value.stamp == stamp else { return nil }
        if question.isOfText {
            return (UnsafeRawBufferPointer(start: nil, count: 0), value.hasText ? .trueLiteral : .falseLiteral)
        }
        guard value.next == 0, let text = writtenBytes(of: value) else { return nil }
        return (text, value.kind)
    }
}
