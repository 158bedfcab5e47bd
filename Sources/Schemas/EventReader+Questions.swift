public import Events

// What was asked of the event at hand, for those who remember what followed from it.
extension EventReader {
    /// The event's form; `nil` where that is not known, or where it was asked for something already: what is known of an event is
    /// not asked again, and so not noted.
    @inline(__always)
    public var untouchedForm: EventForms.Reference? { isUntouched ? form : nil }

    /// Has what is asked of the event noted from now on. It must be of a known form, and asked for nothing yet.
    public func beginNotes() { parser.beginNotes() }

    /// Ends the notes. What was asked, each once; `nil` where more than the answers decides on what the event tells.
    public func endNotes() -> UnsafeBufferPointer<EventParser.Question>? { parser.endNotes() }

    /// Has something asked of the event that somebody else notes.
    @inline(__always)
    public func withoutNotes<Outcome>(_ work: () -> Outcome) -> Outcome { parser.withoutNotes(work) }

    /// Notes that something was asked for which the line as a whole decides on.
    public func noteWhole() { parser.noteWhole() }

    /// What the event answers: see ``EventParser/answer(to:)``.
    @inline(__always)
    public func answer(
        to question: EventParser.Question
    ) -> (text: UnsafeRawBufferPointer, kind: EventValue.Kind)? {
        parser.answer(to: question)
    }
}
