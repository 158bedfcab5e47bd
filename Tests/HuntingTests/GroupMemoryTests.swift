import Testing

@testable import Hunting

@Suite("The memory that searches share")
struct GroupMemoryTests {
    private func share(_ sizes: [Int], thinned: Set<Int> = [], within total: Int) -> Int? {
        let demands = sizes.enumerated().map { GroupMemory.Demand(bytes: $1, isThinned: thinned.contains($0)) }
        return GroupMemory.share(of: demands, within: total)
    }

    @Test("leaves all as they are where they fit")
    func fits() {
        #expect(share([], within: 100) == nil)
        #expect(share([0, 0, 0], within: 0) == nil)
        #expect(share([60, 40], within: 100) == nil)
    }

    @Test("gives what small ones leave to large ones, in equal parts")
    func large() {
        #expect(share([101], within: 100) == 100)
        #expect(share([10, 500, 20, 400], within: 100) == 35)
        #expect(share([40, 40, 40], within: 100) == 33)
    }

    @Test("takes what has lost groups for larger than whatever it has left")
    func thinned() {
        #expect(share([30, 20], thinned: [0], within: 100) == 80)
        #expect(share([30, 20], thinned: [0, 1], within: 100) == 50)
    }

    @Test("is never smaller where less was seen")
    func monotonous() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let whole = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Int.random(in: 0...200, using: &generator)
            }
            let part = whole.map { Int.random(in: 0...$0, using: &generator) }
            let least = share(whole, within: 300) ?? .max
            #expect(share(part, within: 300) ?? .max >= least)
            let bounded = whole.reduce(0) { $0 + min($1, least) }
            #expect(bounded <= 300)
        }
    }
}
