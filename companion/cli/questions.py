"""What the demo's audience asks, and about which talk."""

SLUG = "challenges-in-deploying-machine-learning"
SEEDED = 5
# Each with its text, detail and name.
QUESTIONS = (
    ("How do you notice that the data has drifted before your users do?", "", "Amara"),
    (
        "What would you monitor first in a model that has just gone live?",
        "We have `latency` and error rates already. Is there something as cheap for the "
        "predictions themselves?",
        "",
    ),
    ("Is a simple model that everyone understands usually the better choice?", "", "Jonas"),
    ("Who should own a model once the project that made it has ended?", "", ""),
    ("Which step takes longer than any team plans for?", "", "Priya"),
    (
        "How do you test a pipeline when the answer is different on every run?",
        "Fixing the seed helps on one machine:\n```\nrandom.seed(7)\n```\nbut not on two.",
        "",
    ),
    ("Do you retrain on a schedule, or only when something looks wrong?", "", "Wei"),
    ("How much of this changes when the model is somebody else's API?", "", ""),
    ("What do you tell a manager who has read that AI is easy now?", "", "Tom"),
    ("Has anyone measured what deployment costs compared with training?", "", ""),
    ("Where do you keep the data a model was trained on, and for how long?", "", "Inés"),
    ("Can software engineers learn enough of this in a month to be useful?", "", ""),
    ("How do you explain a decision to the person it was made about?", "", "Noor"),
    ("Would you deploy on a Friday?", "", ""),
    ("What is the smallest team that can run a model in production?", "", "Marek"),
    ("How do you roll back a model when the data has moved on as well?", "", ""),
    ("Are feature stores worth it for a group of five people?", "", "Lucy"),
    ("Which of the challenges in the survey has been solved since?", "", ""),
)
