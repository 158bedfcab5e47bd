import CSignals
import Glibc
import Reporting

/// Passes on interrupts and shows how far the work has come, on a thread of its own: the workers may hold every thread of
/// the pool for seconds.
final class Watcher: Sendable {
    private let cancel: @Sendable () -> Void
    private let state: @Sendable () -> Progress
    private let isShown: Bool
    /// Between two looks, in milliseconds.
    private static let interval: Int32 = 50
    /// The reading and the writing end of a pipe; a byte in it ends the watch.
    private let pipe: (read: Int32, write: Int32)?
    // SAFETY: both are set in init and read in `end`, which whoever made the watcher calls once.
    private nonisolated(unsafe) var thread = pthread_t()
    /// Without a thread nothing is shown, and an interrupt ends the process at its second time.
    private nonisolated(unsafe) var isWatching = false

    /// Begins to watch.
    init(isShown: Bool, cancel: @escaping @Sendable () -> Void, state: @escaping @Sendable () -> Progress) {
        self.isShown = isShown
        self.cancel = cancel
        self.state = state
        trawl_interrupt_watch()
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            pipe = nil
            return
        }
        pipe = (ends[0], ends[1])
        // SAFETY: the thread takes the reference that is handed over here; where there is none, it is given back at once.
        let context = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Watcher>.fromOpaque(context).takeRetainedValue().watch()
                return nil
            }, context.toOpaque())
        isWatching = result == 0
        if !isWatching { context.release() }
    }

    /// Ends the watch at once; the progress line is gone when it returns.
    func end() {
        guard let pipe else { return }
        if isWatching {
            var byte: UInt8 = 0
            _ = write(pipe.write, &byte, 1)
            pthread_join(thread, nil)
        }
        close(pipe.read)
        close(pipe.write)
    }

    private func watch() {
        guard let pipe else { return }
        var line = ProgressLine()
        var isCancelled = false
        let clock = ContinuousClock()
        let begin = clock.now
        var descriptor = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = poll(&descriptor, 1, Self.interval)
            if trawl_interrupt_requested(), !isCancelled {
                isCancelled = true
                cancel()
            }
            if ready > 0 { break }
            if isShown {
                var progress = state()
                let elapsed = clock.now - begin
                progress.seconds =
                    Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
                line.show(progress)
            }
        }
        if isShown { line.clear() }
    }
}
