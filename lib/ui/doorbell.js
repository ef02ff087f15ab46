// Listens at the door of one page: asks for a look when the bell rings. A tab that gets no stream
// tries again, and when that goes on (a browser has few connections) it looks now and then.
const bells = new WeakMap()
const STEP = 50
const STILL = 200 // milliseconds
const TRY_AGAIN = 300 // milliseconds, and up to as many more: all who lost one server come back to it
const NO_ANSWER = 5000 // milliseconds
const FIRST_REFUSAL = 1000 // milliseconds; twice as many after each further one

// Streamlit asks whether its server is there before it connects, and after some tries in vain it
// waits up to four seconds from one to the next. So a question that finds nobody is asked again
// here, often, until somebody answers: a page is back as soon as its server is.
const QUESTIONS = /\/_stcore\/(health|host-config)$/

function comeBackSoon() {
  if (window.fetch.comesBackSoon) return
  const ask = window.fetch
  window.fetch = (what, how) => (QUESTIONS.test(what) ? untilAnswered(ask, what, how) : ask(what, how))
  window.fetch.comesBackSoon = true
}

async function untilAnswered(ask, what, how) {
  for (;;) {
    const over = new AbortController()
    const end = () => over.abort()
    const patience = setTimeout(end, NO_ANSWER)
    // What was asked while there was no network is never answered.
    addEventListener('online', end)
    try {
      const answer = await ask(what, { ...how, signal: over.signal })
      if (answer.status < 500) return answer
    } catch {
      // Nobody there.
    } finally {
      clearTimeout(patience)
      removeEventListener('online', end)
    }
    await new Promise(resolve => setTimeout(resolve, TRY_AGAIN * (1 + Math.random())))
  }
}

function listen(bell) {
  const source = new EventSource(`/bell?seen=${bell.seen}`)
  source.onopen = () => { bell.refusals = 0 }
  source.onmessage = () => ring(bell)
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) refused(bell) }
  bell.source = source
}

// A proxy refuses only until its server is back, and then everybody at once: so again soon, each at
// another moment. What changed meanwhile the stream tells when it opens.
function refused(bell) {
  const most = Math.min(FIRST_REFUSAL * 2 ** bell.refusals++, bell.again)
  if (most === bell.again) ring(bell)
  bell.retry = setTimeout(listen, most * (1 + Math.random()) / 2, bell)
}

// A look is asked for only when the page has stood still for a moment. Between two runs of which one
// leads to another page it stands still, too, but shortly; a look asked for there would come with the
// address of the page before, and Streamlit would empty the new one.
let changedAt = -Infinity
new MutationObserver(() => { changedAt = performance.now() }).observe(document.documentElement, {
  subtree: true,
  attributeFilter: ['data-test-script-state']
})

function standsStill() {
  const state = document.querySelector('.stApp')?.dataset.testScriptState ?? 'notRunning'
  return state === 'notRunning' && performance.now() - changedAt > STILL
}

function ring(bell) {
  clearTimeout(bell.waiting)
  if (standsStill()) bell.look()
  else bell.waiting = setTimeout(ring, STEP, bell)
}

export default function ({ data, parentElement, setTriggerValue }) {
  comeBackSoon()
  // Called again at every change of `data`; only the first call opens a stream.
  const known = bells.get(parentElement)
  const bell = known ?? { refusals: 0 }
  // First for what is half typed: the look may take its field away.
  const look = () => {
    document.dispatchEvent(new Event('halfway-looks'))
    setTriggerValue('rung', true)
  }
  Object.assign(bell, data, { look })
  if (!known) {
    bells.set(parentElement, bell)
    listen(bell)
  }
  return () => {
    bell.source.close()
    clearTimeout(bell.retry)
    clearTimeout(bell.waiting)
    bells.delete(parentElement)
  }
}
