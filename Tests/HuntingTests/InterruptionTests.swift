import Foundation
import Testing

@testable import Hunting

@Suite("Interruptions")
struct InterruptionTests {
    @Test("what is at work when the final stages are to end is left alone, and what is made is kept")
    func abandoned() async {
        let interruption = Interruption()
        let wait = DispatchSemaphore(value: 0)
        let made = await sideBySide([0, 1, 2, 3], threads: 1, until: interruption) { item in
            if item == 2 {
                interruption.request()
                // Nobody wakes it before the others are told, however long that takes beside other tests.
                wait.wait()
            }
            return item * 10
        }
        wait.signal()
        #expect(made == [0, 10, nil, nil])
    }

    @Test("nothing is made behind the end, and all of it without an interruption")
    func ends() async throws {
        let interruption = Interruption()
        #expect(await sideBySide(Array(0..<1000), threads: 3, until: interruption) { $0 } == Array(0..<1000))
        #expect(await sideBySide([], threads: 3, until: interruption) { $0 } == [Int?]())
        #expect(!interruption.isRequested && !interruption.endsStages && !interruption.endsOutput)
        interruption.request()
        #expect(interruption.isRequested)
        try await Task.sleep(for: .milliseconds(600))
        #expect(interruption.endsStages && interruption.endsOutput)
        #expect(await sideBySide([1, 2, 3], threads: 2, until: interruption) { $0 } == [nil, nil, nil])
    }
}
